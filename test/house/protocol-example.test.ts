// The example of docs/protocol.md, run: four kernels' protocol states and a fabric that delivers in order of sending.
import type { PageMessage } from '../../src/server/hyperkernel/effects.js';
import { step, type Input } from '../../src/server/hyperkernel/protocol.js';
import { homeOf, newNodeState, pageState, type NodeState } from '../../src/server/hyperkernel/state.js';
import { readDocument } from './markdown.js';
import { root } from './root.js';

const NODES = 4;
const HOME = 1;

interface Sent { readonly from: number; readonly to: number; readonly message: PageMessage }

class Kernels {
  readonly states: readonly NodeState[] = Array.from({ length: NODES }, (_, node) => newNodeState(node, NODES));
  readonly page = Array.from({ length: 100 }, (_, page) => page).find((page) => homeOf(page, NODES) === HOME)!;
  private readonly sent: Sent[] = [];

  right(node: number): string { return pageState(this.states[node]!, this.page).right; }

  /** A stall on `node`; all messages that follow from it, in the order of their delivery. */
  stall(node: number, write: boolean, want: 'bring' | 'copy'): Sent[] {
    const vcpu = node;
    this.input(node, {
      kind: 'stall', page: this.page, vcpu, age: [0, vcpu], write, want, insist: false, place: node, placeReason: 'first-touch',
      reason: 'example', service: null,
    });
    const delivered: Sent[] = [];
    for (;;) {
      const next = this.sent.shift();
      if (!next) break;
      delivered.push(next);
      this.input(next.to, next.message);
    }
    // The instruction retires, so the page is no longer pinned.
    this.input(node, { kind: 'attempted', page: this.page, vcpu, retired: true });
    return delivered;
  }

  private input(node: number, input: Exclude<Input, { kind: 'vcpu' }>): void {
    const effects = step(this.states[node]!, input, { ownerDecision: () => ({ action: 'serve', reason: '' }) });
    for (const effect of effects) {
      if (effect.do === 'send') this.sent.push({ from: node, to: effect.to, message: effect.message });
    }
  }
}

/** `from to message` of each row; a forwarded message comes from the node it is forwarded by. */
function tableOfTheDocument(): string[] {
  const rows = readDocument(root, 'docs/protocol.md').matchAll(/^\| \d+ \| (?:\d via )?(\d) \| (\d) \| (\w+) \|/gm);
  return [...rows].map(([, from, to, message]) => `${from} ${to} ${message}`);
}

describe('the example of the protocol document', () => {
  it('sends the messages of its table', () => {
    const kernels = new Kernels();
    kernels.stall(0, true, 'bring');
    kernels.stall(1, false, 'copy');
    kernels.stall(2, false, 'copy');
    expect([0, 1, 2, 3].map((node) => kernels.right(node))).toEqual(['primary', 'secondary', 'secondary', 'invalid']);

    const messages = kernels.stall(3, true, 'bring');
    expect(messages.map(({ from, to, message }) => `${from} ${to} ${message.kind}`)).toEqual(tableOfTheDocument());
    expect([0, 1, 2, 3].map((node) => kernels.right(node))).toEqual(['invalid', 'invalid', 'invalid', 'exclusive']);
    expect(messages.find(({ message }) => message.kind === 'grant')!.message).toMatchObject({ acks: 2, epoch: 2 });
  });
});
