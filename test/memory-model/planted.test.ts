// Faults planted into a whole server that runs a litmus program: the coherence rules name them, or, unchecked, the guest
// suffers and its history shows it. (`test/study/explore/planted.test.ts` plants the same, and more, into small worlds.)
import type { Envelope, Message } from '../../src/server/hyperkernel/messages.js';
import { pageOfX, runLitmus, type Fault, type LitmusRun } from './litmus.js';
import { brokenAt, findOrder, sharedPart } from './sequential.js';

const RUN: LitmusRun = {
  name: 'mp', policy: 'negotiate', preset: 'sds-ethernet-25g', nodes: 2, seed: 2, apart: 4096, sliceMode: 'loop', quantum: 1, rounds: 12,
};

function replaced(envelope: Envelope, message: Message): Envelope {
  return { ...envelope, message };
}

/** A copy of x's page is said to be ended, and stays. */
const lostInvalidation: Fault = {
  tamper: (envelope) => {
    const { message, from, to } = envelope;
    if (message.kind !== 'invalidate' || message.page !== pageOfX('mp')) return [envelope];
    return [{ ...replaced(envelope, { kind: 'ack', page: message.page, from: to, epoch: message.epoch }), from: to, to: message.ackTo === to ? from : message.ackTo }];
  },
};

describe('a server in which', () => {
  it('nothing is planted ends well', () => {
    expect(runLitmus(RUN, false, {}).ending).toMatchObject({ end: 'exit', exitCode: 0 });
  });

  it('an invalidation is skipped has a page that is exclusive here and copied there', () => {
    expect(() => runLitmus(RUN, false, lostInvalidation)).toThrow(/exclusive on node \d, yet node \d has a copy/);
  });

  it('an invalidation is skipped shows the flag without the data, and leaves a history that no order explains', () => {
    const { lines, history, initial } = runLitmus(RUN, true, { ...lostInvalidation, unchecked: true });
    expect(lines).toContain('02');
    expect(brokenAt(history, initial)).toMatch(/^vCPU \d found \d+ at 0x[0-9a-f]+, where \d+ was$/);
    expect(findOrder(sharedPart(history))).toBeUndefined();
  });

  it('a new owner does not wait for acknowledgements never ends: they come when nobody expects them', () => {
    const tamper = (envelope: Envelope): Envelope[] => (envelope.message.kind === 'grant' && envelope.message.acks > 0
      ? [replaced(envelope, { ...envelope.message, acks: 0 })] : [envelope]);
    const run = { ...RUN, name: 'coherence', nodes: 4 };
    expect(runLitmus(run, false, {}).ending).toMatchObject({ end: 'exit' });
    expect(runLitmus(run, false, { tamper }).ending).toMatchObject({ end: 'limit' });
  });

  it('an acknowledgement is dropped comes to a halt', () => {
    const tamper = (envelope: Envelope): Envelope[] => (envelope.message.kind === 'ack' ? [] : [envelope]);
    expect(runLitmus({ ...RUN, name: 'coherence', nodes: 4 }, false, { tamper }).ending)
      .toMatchObject({ end: 'failed', message: expect.stringMatching(/^nothing can happen any more/) as string });
  });

  it('a dormant page is given away twice has two owners', () => {
    const tamper: Fault['tamper'] = (envelope, server) => {
      const { message, from } = envelope;
      // The home forgets at once whom it gave the page.
      if (message.kind === 'grant' && message.dormant) Object.assign(server.kernels[from]!.state.pages.get(message.page)!, { epoch: 0, owner: -1 });
      return [envelope];
    };
    expect(() => runLitmus({ ...RUN, policy: 'page', nodes: 4, name: 'iriw' }, false, { tamper })).toThrow(/owned by nodes \d and \d/);
  });

  it('homes do not hear of new owners has requests with longer ways', () => {
    const longest = (lost: boolean): number => {
      let most = 0;
      const tamper = (envelope: Envelope): Envelope[] => {
        if (envelope.message.kind === 'request') most = Math.max(most, envelope.message.hops);
        return lost && envelope.message.kind === 'notice' ? [] : [envelope];
      };
      runLitmus({ ...RUN, name: 'iriw', policy: 'page', nodes: 4 }, false, { tamper });
      return most;
    };
    expect(longest(true)).toBeGreaterThan(longest(false));
  });

  it('a vCPU resumes before its state has come runs from nowhere', () => {
    const tamper: Fault['tamper'] = (envelope, { arena }) => {
      if (envelope.message.kind === 'vcpu') arena.u8.fill(0, envelope.payload, envelope.payload + arena.shape.contextBytes);
      return [envelope];
    };
    expect(runLitmus({ ...RUN, policy: 'vcpu' }, false, { tamper }).ending).toMatchObject({ exitCode: 139 });
  });

  it('cores keep their entry of a page that has moved reaches an invalid page', () => {
    const alter: Fault['alter'] = (server) => {
      for (const { frames } of server.kernels) {
        const shootDown = frames.shootDown.bind(frames);
        frames.shootDown = (page, keepReadable) => { if (keepReadable) shootDown(page, true); };
      }
    };
    expect(() => runLitmus({ ...RUN, policy: 'page' }, false, { alter })).toThrow(/cores reach an invalid page/);
  });
});
