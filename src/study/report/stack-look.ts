// How the parts of a time stack are named, explained and drawn.
import type { StackPart } from '../../server/observe.js';
import type { Colour } from './paint.js';

export interface PartLook {
  /** Of a column; at most six characters. */
  readonly title: string;
  readonly meaning: string;
  /** One character, so that a bar can be read without colour. */
  readonly glyph: string;
  readonly colour: Colour;
}

export const STACK_LOOK: Readonly<Record<StackPart, PartLook>> = {
  compute: { title: 'comp', meaning: 'compute', glyph: '█', colour: 'green' },
  memory: { title: 'mem', meaning: 'memory of the own node', glyph: '▓', colour: 'cyan' },
  remote: { title: 'remote', meaning: 'remote accesses', glyph: '▒', colour: 'yellow' },
  pageWait: { title: 'page', meaning: 'waiting for pages', glyph: '░', colour: 'red' },
  coreWait: { title: 'core', meaning: 'waiting for a core', glyph: '·', colour: 'gray' },
  migrating: { title: 'migr', meaning: 'migrating', glyph: '>', colour: 'magenta' },
  handlers: { title: 'kern', meaning: 'kernel and guest calls', glyph: '=', colour: 'blue' },
  unstarted: { title: 'start', meaning: 'not started', glyph: '-', colour: 'gray' },
  halted: { title: 'halt', meaning: 'halted', glyph: ' ', colour: 'gray' },
};
