// How many states can a small server reach, and does the coherence protocol keep its rules in all of them? Prints the
// counts for worlds of growing size; the last is cut off at the number of states given as an argument (300,000 by default).
import { explore } from '../src/study/explore/explore.js';
import { move, read, write, type WorldShape } from '../src/study/explore/world.js';
import { printResult } from './measure.js';


const maxStates = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 300_000);
const WORLDS: readonly (readonly [string, WorldShape])[] = [
  ['2 nodes, 1 page, a store each', { nodes: 2, pages: 1, programs: [[write(0)], [write(0)]], loadStore: false }],
  ['2 nodes, 1 page, load and store each', { nodes: 2, pages: 1, programs: [[read(0), write(0)], [read(0), write(0)]], loadStore: false }],
  ['2 nodes, 1 page, load and store each, load/store fabric', { nodes: 2, pages: 1, programs: [[read(0), write(0)], [read(0), write(0)]], loadStore: true }],
  ['2 nodes, 2 pages, crossed moves', { nodes: 2, pages: 2, programs: [[move(0, 1)], [move(1, 0)]], loadStore: false }],
  ['3 nodes, 1 page, load and store each', { nodes: 3, pages: 1, programs: [[read(0), write(0)], [read(0), write(0)]], loadStore: false }],
  ['3 nodes, 2 pages, three accesses each', {
    nodes: 3, pages: 2, programs: [[read(0), write(1), write(0)], [read(1), write(0), read(1)]], loadStore: false,
  }],
];

for (const [name, shape] of WORLDS) {
  printResult({ question: 'explore', world: name, ...explore(shape, { maxStates }) }, (result) =>
    `${name}: ${result.states} states, ${result.transitions} transitions, ${result.ends} ends, `
    + `depth ${result.depth}${result.complete ? ', all of them' : ', cut off'}; no rule broken`);
}
