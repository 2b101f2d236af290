// The protocol states of a few kernels and a fabric between them that delivers in order of sending, or when told to.
import { DEFAULT_PROTOCOL } from '../../../src/server/spec.js';
import type { Effect, PageMessage } from '../../../src/server/hyperkernel/effects.js';
import type { Age } from '../../../src/server/hyperkernel/messages.js';
import type { StepContext } from '../../../src/server/hyperkernel/owner.js';
import { step, type Input } from '../../../src/server/hyperkernel/protocol.js';
import { homeOf, newNodeState, pageState, type NodeState, type PageState } from '../../../src/server/hyperkernel/state.js';

export interface Sent { readonly from: number; readonly to: number; readonly message: PageMessage }

type KernelInput = Exclude<Input, { kind: 'vcpu' }>;
type Wish = Pick<Extract<Input, { kind: 'stall' }>, 'write' | 'want'> & { readonly holds?: number };

export class Kernels {
  readonly states: readonly NodeState[];
  /** A page whose home is `home`. */
  readonly page: number;
  readonly context: { -readonly [K in keyof StepContext]: StepContext[K] } = {
    ownerDecision: () => ({ action: 'serve', reason: '' }), hasRoom: () => true,
  };
  private readonly sent: Sent[] = [];

  constructor(nodes: number, home: number, protocol: Partial<NodeState['protocol']> = {}) {
    this.states = Array.from({ length: nodes }, (_, node) => newNodeState(node, nodes, { ...DEFAULT_PROTOCOL, ...protocol }));
    this.page = Array.from({ length: 100 }, (_, page) => page).find((page) => homeOf(page, nodes) === home)!;
  }

  at(node: number): PageState { return pageState(this.states[node]!, this.page); }
  rights(): string[] { return this.states.map(({ node }) => this.at(node).right); }

  /** One step of a node; its messages are under way then. */
  input(node: number, input: KernelInput): readonly Effect[] {
    const effects = step(this.states[node]!, input, this.context);
    for (const effect of effects) if (effect.do === 'send') this.sent.push({ from: node, to: effect.to, message: effect.message });
    return effects;
  }

  /** A vCPU of the node, with the same number if nothing else is said, stalls. */
  stall(node: number, { write, want, holds = 0 }: Wish, age: Age = [0, node]): readonly Effect[] {
    return this.input(node, {
      kind: 'stall', page: this.page, vcpu: age[1], age, write, want, insist: false, place: node, placeReason: 'first-touch',
      reason: 'test', holds, service: { kind: write ? 'write' : 'read', address: 0, bytes: 8 },
    });
  }

  retire(node: number): readonly Effect[] {
    return this.input(node, { kind: 'attempted', page: this.page, vcpu: node, retired: true });
  }

  /** Delivers the message sent first of those of the kind, or of those to the node, or of all; what it does. */
  deliver(kind?: PageMessage['kind'], receiver?: number): { readonly sent: Sent; readonly effects: readonly Effect[] } {
    const place = this.sent.findIndex(({ to, message }) => (!kind || message.kind === kind) && (receiver ?? to) === to);
    if (place < 0) throw new Error(`no ${kind ?? 'message'} is under way`);
    const [sent] = this.sent.splice(place, 1);
    return { sent: sent!, effects: this.input(sent!.to, sent!.message) };
  }

  /** Delivers until nothing is under way; `from to kind` of each. */
  settle(): string[] {
    return this.settleWhole().map(({ from, to, message }) => `${from} ${to} ${message.kind}`);
  }

  settleWhole(): Sent[] {
    const delivered: Sent[] = [];
    while (this.sent.length > 0) delivered.push(this.deliver().sent);
    return delivered;
  }

  /** A stall, all that follows, and the retirement; the messages. */
  access(node: number, wish: Wish): string[] {
    this.stall(node, wish);
    const messages = this.settle();
    this.retire(node);
    return messages;
  }
}
