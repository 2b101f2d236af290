// Standard output and error: colour only where a person looks.

/** Whether to colour what goes to standard output. NO_COLOR: https://no-color.org */
export function wantsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** Columns for what goes to standard output; 100 where nobody looks. */
export function screenWidth(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? Math.max(40, columns) : 100;
}

export function print(text: string): void {
  process.stdout.write(text);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function wallMs(): number {
  return performance.now();
}
