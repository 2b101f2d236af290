// How many states can a small server reach, and does the coherence protocol keep its rules in all of them? Explores every
// world to its end and prints the counts, then walks at random through larger ones, and prints the counts as a table. Arguments: --everyday explores the
// worlds of the tests alone; words choose the worlds whose names contain them all.
import { explore } from '../src/study/explore/explore.js';
import { Violation } from '../src/study/explore/rules.js';
import { randomPrograms, walk } from '../src/study/explore/walk.js';
import { PROTOCOLS, WALKED, walkedShape, WORLDS } from '../src/study/explore/worlds.js';
import { printResult } from './measure.js';

/** Each of the larger worlds is walked through until there were so many events. */
const EVENTS = 300_000;

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = WORLDS.filter(({ name, everyday }) => (
  (everyday || !process.argv.includes('--everyday')) && words.every((word) => name.includes(word))));

const WIDEST = Math.max(...chosen.map(({ name }) => name.length));

function aligned(count: number): string {
  return count.toLocaleString('en').padStart(11);
}

try {
  const rows: string[] = [];
  let states = 0;
  for (const { name, shape } of chosen) {
    const begun = performance.now();
    const result = explore(shape);
    const seconds = (performance.now() - begun) / 1000;
    states += result.states;
    rows.push([name.padEnd(WIDEST), ...[result.states, result.transitions, result.depth].map(aligned), result.complete ? 'complete' : 'cut off'].join('  '));
    printResult({ question: 'explore', world: name, ...result, seconds }, () =>
      `${name}: ${result.states.toLocaleString('en')} states, ${result.transitions.toLocaleString('en')} transitions, depth ${result.depth}, `
      + `${result.ends} ends, all of them; no rule broken (${seconds.toFixed(1)} s, ${Math.round(result.states / seconds)} states/s)`);
  }
  const { walks, events } = words.length === 0 ? walkAll() : { walks: 0, events: 0 };
  printResult({ question: 'explore', states, walks, events }, () => [
    '', `${'world'.padEnd(WIDEST)}  ${['states', 'transitions', 'depth'].map((title) => title.padStart(11)).join('  ')}`, ...rows,
    `in all ${states.toLocaleString('en')} states; ${walks.toLocaleString('en')} random walks of ${events.toLocaleString('en')} events; no rule broken`,
  ].join('\n'));
} catch (error) {
  if (!(error instanceof Violation)) throw error;
  console.error([error.message, ...error.path.map((event, i) => `  ${i + 1}  ${event}`)].join('\n'));
  process.exitCode = 1;
}

function walkAll(): { readonly walks: number; readonly events: number } {
  let walks = 0;
  let events = 0;
  for (const [nodes, pages, vcpus, instructions] of WALKED) {
    let here = 0;
    for (let seed = 0; here < EVENTS; seed++) {
      const programs = randomPrograms(vcpus, instructions, pages, seed);
      const protocol = PROTOCOLS[(seed >> 1) % PROTOCOLS.length]!;
      here += walk({ ...walkedShape(nodes, pages, seed % 2 === 1), protocol, programs }, seed).events;
      walks++;
    }
    events += here;
  }
  return { walks, events };
}
