// "Did you mean": the nearest of the known names, by Levenshtein distance.
import { distance } from 'fastest-levenshtein';

/**
 * `did you mean "x"?` for the known name nearest to `name`, the first of equals, else undefined. Near is a distance, in
 * letters of either case, of at most a third of the longer name's length, rounded up.
 */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase());
    if (away >= bestDistance || away > Math.ceil(Math.max(name.length, candidate.length) / 3)) continue;
    best = candidate;
    bestDistance = away;
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}
