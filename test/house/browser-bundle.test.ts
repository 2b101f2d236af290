// Everything but src/app bundles for a browser, and the bundle runs a guest: nothing in it needs Node.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { buildRoot, root } from './root.js';
import { filesBelow } from './sources.js';

/** What a page would import; the rest of the house comes along so that all of it is bundled. */
const EXPORTS = `
  export { builtinIsa } from './isa/index.js';
  export { assemble } from './src/guest/asm/assemble.js';
  export { machinePreset } from './src/server/fabric/presets.js';
  export { runScenario } from './src/study/experiment/run.js';`;

const GUEST = `
_start: vcpu  a0
        bnez  a0, done
        li    a0, 6
        li    a1, 7
        mul   a2, a0, a1
        puti  a2
done:   halt`;

interface Bundle {
  builtinIsa(name: string): unknown;
  assemble(source: { path: string; text: string }, isa: unknown): { image: unknown };
  machinePreset(name: string): unknown;
  runScenario(request: object): { readonly output: string; readonly end: string; readonly vcpusMoved: number };
}

/** The part of src/app that no terminal needs to know of. */
const DEBUG_CORE = 'src/app/debug/core/';

/** What was built from src/ and isa/, without src/app but for the debugger's core. A build folder may hold older files. */
function modules(): string[] {
  return [...filesBelow(root, 'src'), ...filesBelow(root, 'isa')]
    .filter((path) => path.endsWith('.ts') && path !== 'src/index.ts')
    .filter((path) => !path.startsWith('src/app/') || path.startsWith(DEBUG_CORE))
    .map((path) => path.replace(/\.ts$/, '.js'));
}

async function bundle(contents: string): Promise<{ code: string; metafile: Metafile }> {
  const options = {
    stdin: { contents, resolveDir: buildRoot, sourcefile: 'page.js' }, bundle: true, platform: 'browser', format: 'esm',
    target: 'es2022', write: false, metafile: true, logLevel: 'silent', absWorkingDir: root, nodePaths: [join(root, 'node_modules')],
  } satisfies BuildOptions;
  const { outputFiles, metafile } = await build(options);
  return { code: outputFiles[0]!.text, metafile };
}

/** Runs the bundle as a module that cannot see what Node has and a browser lacks. */
async function load(code: string): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'hyperkernel-bundle-'));
  try {
    const file = join(folder, 'bundle.mjs');
    writeFileSync(file, `const process = undefined, Buffer = undefined, require = undefined;\n${code}`);
    return await import(pathToFileURL(file).href) as Bundle;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the bundle for a browser', () => {
  it('takes every file but those of src/app, the debugger\'s core among them, and imports nothing', async () => {
    const files = modules();
    const { metafile } = await bundle(files.map((path, i) => `export * as m${i} from './${path}';`).join('\n'));
    const inputs = Object.keys(metafile.inputs);
    for (const path of files) expect(inputs.some((input) => input.endsWith(path))).toBe(true);
    expect(inputs.filter((input) => input.includes('/app/') && !input.includes(DEBUG_CORE))).toEqual([]);
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  }, 60_000);

  it('needs no parser for the ISAs that come along', async () => {
    const { metafile } = await bundle("export { builtinIsa } from './isa/index.js';");
    expect(Object.keys(metafile.inputs).filter((input) => /nearley|moo|isa\.ne|lang\/(?:load|items)/.test(input))).toEqual([]);
  }, 60_000);

  it('refuses a module of Node', async () => {
    await expect(bundle("import { readFileSync } from 'node:fs'; readFileSync('x');")).rejects.toThrow(/node:fs/);
  }, 60_000);

  it('runs a guest program', async () => {
    const { code } = await bundle(EXPORTS);
    const { assemble, builtinIsa, machinePreset, runScenario } = await load(code);
    const isa = builtinIsa('tiny');
    const { image } = assemble({ path: 'guest.s', text: GUEST }, isa);
    const report = runScenario({
      isa, image, program: 'guest.s', wallMs: () => 0,
      scenario: {
        machine: machinePreset('sds-ethernet-25g'), vcpus: 8, policy: 'page', policyOptions: {}, seed: 1, sliceMode: 'loop',
        maxInstructions: 100_000, timeScale: 1, startSkewPs: 0,
      },
    });
    expect(report).toMatchObject({ end: 'exit', output: '42\n' });
  }, 60_000);
});
