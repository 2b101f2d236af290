// What can be asked of V8 once it runs.
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 read the branch hints of compiled guest code (the WebAssembly proposal Branch Hinting), so that rare ends lie outside
 * of loops. To be called before the first module is compiled. V8 reads them by itself from version 13 on; without them results
 * are the same.
 */
export function takeBranchHints(): void {
  if (Number.parseInt(process.versions.v8, 10) < 13) setFlagsFromString('--experimental-wasm-branch-hinting');
}
