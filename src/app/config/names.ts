// A name the user gave, held against those there are.
import { fail } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';

/** `name` if it is known; else a fault, `--policy: no policy "cots"`, with the nearest name or all of them. */
export function checkName(option: string, kind: string, name: string, known: readonly string[], also = ''): string {
  if (known.includes(name)) return name;
  return fail(
    `${option}: no ${kind} "${name}"`,
    undefined,
    didYouMean(name, known) ?? `there are: ${known.join(', ')}${also}`,
  );
}
