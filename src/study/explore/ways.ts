// An odometer over the choices of something that happens: how many there are is only known as it is made to happen.
import type { Choose } from './world.js';

/** Makes it happen once for each sequence of choices. */
export function everyWay(happen: (choose: Choose) => void): void {
  let digits: number[] = [];
  let limits: number[] = [];
  const choose: Choose = (n) => {
    const position = limits.push(n) - 1;
    return (digits[position] ??= 0);
  };
  do {
    limits = [];
    happen(choose);
    digits = digits.slice(0, limits.length);
    while (digits.length > 0 && digits.at(-1)! + 1 === limits[digits.length - 1]!) digits.pop();
    if (digits.length > 0) digits[digits.length - 1]!++;
  } while (digits.length > 0);
}
