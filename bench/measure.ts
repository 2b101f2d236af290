// What the benches share: one result each, as a line for people or, with --json, as one JSON document.

/** The middle value; of an even number of values the lower middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}

/** Prints the result of one bench in the form the command line asks for. */
export function printResult<T extends { readonly question: string }>(result: T, line: (result: T) => string): void {
  console.log(process.argv.includes('--json') ? JSON.stringify(result) : line(result));
}
