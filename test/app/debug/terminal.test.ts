// The prompt: keys in, screen out. Completion, history, Ctrl-C in long work, Ctrl-D.
import { PassThrough } from 'node:stream';
import { complete } from '../../../src/app/debug/complete.js';
import { converse } from '../../../src/app/debug/terminal.js';
import { contextFor, sessionOf } from './debugging.js';

const ENDLESS = '_start:\n li t0, 1\nloop:\n inc t0\n .data\nhere: .word 0\n .text\n la t1, here\n sd t0, 0(t1)\n j loop\n';

/** Turns of the event loop in which an answer must come: far more than any takes. */
const MAX_TURNS = 200_000;

/** A conversation on a terminal of the test's own. */
function talk() {
  const session = sessionOf({ program: ENDLESS, vcpus: '1' });
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = '';
  output.on('data', (bytes: Buffer) => { screen += bytes.toString(); });
  const ended = converse(contextFor(session), input, output);
  const seen = async (text: string): Promise<void> => {
    for (let turns = 0; !screen.includes(text); turns++) {
      if (turns > MAX_TURNS) throw new Error(`the screen does not show "${text}" but ${JSON.stringify(screen)}`);
      await new Promise(setImmediate);
    }
    screen = screen.slice(screen.indexOf(text) + text.length);
  };
  return { session, type: (keys: string) => input.write(keys), seen, ended };
}

it('answers commands, goes on after faults, repeats the last at an empty line', async () => {
  const { session, type, seen, ended } = talk();
  await seen('step 0 at');
  type('setp\r');
  await seen('did you mean "step"?');
  type('step\r');
  await seen('step 2 at');
  type('\r');
  await seen('step 3 at');
  type('whe');
  type('\t');
  type('\r');
  await seen('step 3 at');
  type('quit\r');
  await ended;
  expect(session.position).toBe(3);
});

it('stops long work at Ctrl-C and keeps the session; at the prompt Ctrl-C drops what was typed, Ctrl-D leaves', async () => {
  const { session, type, seen, ended } = talk();
  await seen('step 0 at');
  type('continue\r');
  while (session.position < 2000) await new Promise(setImmediate);
  type('\x03');
  await seen('interrupted');
  const { position } = session;
  type('step any\r');
  await seen(`step ${(position + 1).toLocaleString('en')}`);
  type('quit\x03where\r');
  await seen(`step ${(position + 1).toLocaleString('en')} at`);
  type('\x04');
  await ended;
  expect(session.server.ending).toBeNull();
});

it('completes commands, places, names and numbers', () => {
  const session = sessionOf({ program: ENDLESS, vcpus: '3' });
  session.breakpoints.add({ kind: 'stall', vcpu: null }, session.server);
  const words = (line: string) => complete(line, session)[0];
  expect(words('re')).toEqual(['reverse-continue', 'registers', 'report']);
  expect(words('break l')).toEqual(['loop']);
  expect(words('break st')).toEqual(['stall']);
  expect(words('break stall vcpu ')).toEqual(['0', '1', '2']);
  expect(words('print h')).toEqual(['here']);
  expect(words('x/4xg he')).toEqual(['here']);
  expect(words('delete ')).toEqual(['1']);
  expect(words('info th')).toEqual(['threads']);
  expect(words('help whe')).toEqual(['where']);
  expect(words('nonsense x')).toEqual([]);
  expect(words('step a')).toEqual(['any']);
});
