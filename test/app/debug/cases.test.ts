// Sessions in cases/: what a user types behind the prompt, and what the debugger answers, to the letter.
//   # comment    key: value   the program, and options as on the command line (program, vcpus, policy, machine, nodes, ...)
// UPDATE_CASES=1 writes the answers anew; read the difference.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROMPT } from '../../../src/app/debug/terminal.js';
import { root } from '../../house/root.js';
import { sessionOf, transcript, type Debugging } from './debugging.js';

const folder = join(root, 'test/app/debug/cases');

function settingsOf(head: string): Debugging {
  const values = Object.fromEntries([...head.matchAll(/^([\w-]+): (.*)$/gm)].map(([, key, value]) => [key!, value!]));
  const { program, define, ...options } = values;
  const defines = Object.fromEntries((define ?? '').split(' ').filter((text) => text !== '').map((text) => {
    const [name, value] = text.split('=');
    return [name!, Number(value)];
  }));
  const text = /\n\n(_start:[\s\S]*|\s+\.[\s\S]*)$/.exec(head)?.[1];
  return { ...options, defines, program: program ?? `${text}\n` };
}

describe('session', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt')).sort()) {
    it(name.replace('.txt', ''), async () => {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      const start = text.indexOf(PROMPT);
      const lines = text.slice(start).split('\n').filter((line) => line.startsWith(PROMPT))
        .map((line) => line.slice(PROMPT.length));
      const answers = await transcript(sessionOf(settingsOf(text.slice(0, start))), lines);
      if (process.env.UPDATE_CASES) writeFileSync(path, text.slice(0, start) + answers);
      else expect(answers).toBe(text.slice(start));
    });
  }
});
