// "Did you mean": the nearest of the known names, by Levenshtein distance.
import { closest, distance } from 'fastest-levenshtein';

/** `did you mean "x"?` for a name within a third of its length of a known one, else undefined. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  if (names.length === 0) return undefined;
  const best = closest(name.toLowerCase(), names);
  const limit = Math.max(1, Math.ceil(Math.max(name.length, best.length) / 3));
  return distance(name.toLowerCase(), best.toLowerCase()) <= limit ? `did you mean "${best}"?` : undefined;
}
