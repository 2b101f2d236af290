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
  tlb: { title: 'TLB', meaning: 'TLB misses', glyph: 't', colour: 'greenBright' },
  l2: { title: 'L2', meaning: 'second-level cache', glyph: '2', colour: 'cyanBright' },
  llc: { title: 'LLC', meaning: 'last-level cache', glyph: '3', colour: 'cyanBright' },
  near: { title: 'near', meaning: 'another core\'s cache', glyph: '+', colour: 'cyanBright' },
  local: { title: 'mem', meaning: 'memory of the node', glyph: '▓', colour: 'cyan' },
  controller: { title: 'ctrl', meaning: 'its controller\'s queue', glyph: 'q', colour: 'cyan' },
  remote: { title: 'remote', meaning: 'memory of another node', glyph: '▒', colour: 'yellow' },
  far: { title: 'far', meaning: 'a cache there', glyph: 'x', colour: 'yellowBright' },
  remoteController: { title: 'rctrl', meaning: 'a controller\'s queue there', glyph: 'Q', colour: 'yellow' },
  link: { title: 'link', meaning: 'queues of links', glyph: '%', colour: 'redBright' },
  served: { title: 'served', meaning: 'accesses by another node', glyph: ':', colour: 'yellowBright' },
  pageWait: { title: 'page', meaning: 'waiting for pages', glyph: '░', colour: 'red' },
  coreWait: { title: 'core', meaning: 'waiting for a core', glyph: '·', colour: 'gray' },
  migrating: { title: 'migr', meaning: 'migrating', glyph: '>', colour: 'magenta' },
  calls: { title: 'calls', meaning: 'guest calls', glyph: 'c', colour: 'blueBright' },
  handlers: { title: 'kern', meaning: 'kernel on its core', glyph: '=', colour: 'blue' },
  unstarted: { title: 'start', meaning: 'not started', glyph: '-', colour: 'gray' },
  halted: { title: 'halt', meaning: 'halted', glyph: ' ', colour: 'gray' },
};
