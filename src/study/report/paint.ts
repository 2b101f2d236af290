// Terminal colours of the text reports; without colour every paint is the text itself.
import { Chalk } from 'chalk';
import { TIME_PARTS, type TimePart } from '../../server/observe.js';

export interface Paint {
  readonly title: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly part: (part: TimePart, text: string) => string;
}

const PART_COLOURS = {
  compute: 'green',
  memory: 'cyan',
  remote: 'yellow',
  pageWait: 'red',
  coreWait: 'gray',
  migrating: 'magenta',
  handlers: 'blue',
} as const satisfies Readonly<Record<TimePart, string>>;

export function paint(colour: boolean): Paint {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    title: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    part: (part, text) => chalk[PART_COLOURS[part]](text),
  };
}

/** One character each, so that a bar can be read without colour. */
export const PART_GLYPHS: Readonly<Record<TimePart, string>> = {
  compute: '█', memory: '▓', remote: '▒', pageWait: '░', coreWait: '·', migrating: '>', handlers: '=',
};

/** A bar of `width` characters shared among the parts, by largest remainder so that it is always full. */
export function stackedBar(time: Readonly<Record<TimePart, number>>, width: number, colours: Paint): string {
  const total = TIME_PARTS.reduce((sum, part) => sum + time[part], 0);
  if (total <= 0) return ' '.repeat(width);
  const shares = TIME_PARTS.map((part) => (width * time[part]) / total);
  const cells = shares.map(Math.floor);
  const byRemainder = shares
    .map((share, i) => ({ i, rest: share - cells[i]! }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  const left = width - cells.reduce((sum, n) => sum + n, 0);
  for (const { i } of byRemainder.slice(0, left)) cells[i]!++;
  return TIME_PARTS.map((part, i) => colours.part(part, PART_GLYPHS[part].repeat(cells[i]!))).join('');
}
