// Terminal colours of the text reports; without colour every paint is the text itself.
import { Chalk } from 'chalk';
import { TIME_PARTS, type TimePart } from '../../server/observe.js';
import { sharedCells } from './bar.js';

export type Colour = 'green' | 'cyan' | 'yellow' | 'red' | 'gray' | 'magenta' | 'blue'
  | 'greenBright' | 'cyanBright' | 'yellowBright' | 'redBright' | 'blueBright' | 'whiteBright';

export interface Paint {
  readonly title: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly part: (part: TimePart, text: string) => string;
  readonly tint: (colour: Colour, text: string) => string;
}

const PART_COLOURS = {
  compute: 'green',
  memory: 'cyan',
  remote: 'yellow',
  pageWait: 'red',
  coreWait: 'gray',
  migrating: 'magenta',
  handlers: 'blue',
} as const satisfies Readonly<Record<TimePart, Colour>>;

export function paint(colour: boolean): Paint {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    title: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    part: (part, text) => chalk[PART_COLOURS[part]](text),
    tint: (colour, text) => chalk[colour](text),
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
  const cells = sharedCells(TIME_PARTS.map((part) => time[part]), width);
  return TIME_PARTS.map((part, i) => colours.part(part, PART_GLYPHS[part].repeat(cells[i]!))).join('');
}
