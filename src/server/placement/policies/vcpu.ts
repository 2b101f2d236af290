// The vCPU always goes to the page. Source: computation migration (Hsieh, Wang and Weihl, PPoPP 1993); one message of
// vCPU state, after which the instruction starts again over there, as in US 11,175,927.
import { CODE_REASON, COPY_CODE, knownOwner, placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import type { PolicyModule } from '../seam.js';

export const policy: PolicyModule = {
  name: 'vcpu',
  summary: 'always sends the vCPU to the page; pages never move',
  source: 'computation migration (Hsieh, Wang and Weihl, PPoPP 1993), modelled on published patents (US 11,175,927)',
  parameters: [],
  reasons: [
    ...TOUCHER_REASONS,
    CODE_REASON,
    { slug: 'vcpu-goes', meaning: 'the vCPU goes to the page' },
    { slug: 'owner-unknown', meaning: 'nobody here knows where to send the vCPU, so the page comes' },
  ],
  create: () => ({
    onStall(stall, view) {
      if (stall.dormant) return placeAtToucher(view);
      if (stall.kind === 'fetch') return COPY_CODE;
      return knownOwner(stall, view) === undefined
        ? { action: 'bring', reason: 'owner-unknown' }
        : { action: 'send', reason: 'vcpu-goes' };
    },
  }),
};
