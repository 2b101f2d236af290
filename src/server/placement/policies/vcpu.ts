// The vCPU always goes to the page. Source: computation migration (Hsieh, Wang and Weihl, PPoPP 1993); one message of
// vCPU state, after which the instruction starts again over there, as in US 11,175,927.
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'vcpu',
  summary: 'always sends the vCPU to the page; pages never move',
  source: 'computation migration (Hsieh, Wang and Weihl, PPoPP 1993), modelled on published patents (US 11,175,927)',
  stateless: true,
  parameters: [],
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'vcpu-goes', meaning: 'the vCPU goes to the page' },
  ],
  create: () => ({
    onStall(stall, view) {
      return stall.dormant ? placeAtToucher(view) : { action: 'send', reason: 'vcpu-goes' };
    },
  }),
};
