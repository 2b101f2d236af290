// How long a protocol step occupies a core: the kernel costs of the machine, by what came in and what went out.
import type { KernelCosts } from '../spec.js';
import type { Effect } from './effects.js';
import type { Message } from './messages.js';
import type { Input, ShellMessage } from './protocol.js';

/** Messages in which an owner or a home answers a request. */
const ANSWERS: ReadonlySet<Message['kind']> = new Set(['grant', 'create', 'located', 'refused']);

export function stepPs(costs: KernelCosts, input: Exclude<Input, ShellMessage>, effects: readonly Effect[]): number {
  let durationPs = 0;
  let answers = 0;
  for (const effect of effects) {
    if (effect.do === 'serve' || (effect.do === 'send' && ANSWERS.has(effect.message.kind))) answers++;
    if (effect.do === 'zeroFrame') durationPs += costs.resumePs;
  }
  durationPs += answers * costs.requestPs;
  switch (input.kind) {
    case 'request': case 'create': return durationPs + (answers === 0 ? costs.notePs : 0);
    // A page of zeros was paid for as it was made.
    case 'grant': return durationPs + (input.dormant ? 0 : costs.resumePs);
    case 'answer': return durationPs + costs.resumePs;
    case 'invalidate': return durationPs + costs.invalidatePs;
    case 'drop': return durationPs + (effects.length > 0 ? costs.invalidatePs : 0);
    case 'ack': case 'notice': case 'located': case 'refused':
    case 'offer': case 'accept': case 'decline': case 'withdraw': return durationPs + costs.notePs;
    // Stalls are paid for by the core that stalled; what a release sends is in `answers`.
    case 'stall': case 'attempted': case 'touched': return durationPs;
    case 'evict': return durationPs + (effects.length > 0 ? costs.notePs : 0);
  }
}
