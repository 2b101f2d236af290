// The hot-page rule: a vCPU goes to a page that is updated frequently, unless it is itself one of the busiest.
import { checked, stall, view } from '../fixture.js';

const US = 1e6;
const options = { least: '3' };

/** A policy on a node where vCPU 5 has had `own` write stalls on page 40 and vCPU 6 `others` elsewhere. */
function after(own: number, others: number) {
  const policy = checked('hot-page', options);
  for (let i = 0; i < others; i++) policy.onStall(stall({ vcpu: 6, page: 1000 + i, kind: 'write' }), view());
  for (let i = 0; i < own; i++) policy.onStall(stall({ kind: 'write' }), view());
  return policy;
}

describe('hot-page', () => {
  it('copies what is read and brings what is written, as long as it is not hot', () => {
    expect(checked('hot-page').onStall(stall(), view())).toEqual({ action: 'copy', reason: 'read' });
    expect(checked('hot-page').onStall(stall({ kind: 'write' }), view())).toEqual({ action: 'bring', reason: 'write' });
  });

  it('sends a vCPU to a page that is written frequently, whatever it wants there', () => {
    for (const kind of ['read', 'write', 'rmw'] as const) {
      expect(after(3, 20).onStall(stall({ kind }), view())).toEqual({ action: 'send', reason: 'hot' });
    }
  });

  it('brings even such a page for a vCPU that stalls more than others', () => {
    expect(after(6, 2).onStall(stall({ kind: 'write' }), view())).toEqual({ action: 'bring', reason: 'busy-vcpu' });
  });

  it('forgets after a while without writes', () => {
    expect(after(3, 20).onStall(stall({ nowPs: 1e6 * US }), view())).toEqual({ action: 'copy', reason: 'read' });
  });

  it('goes on elsewhere as plain JSON', () => {
    const policy = after(3, 20);
    const other = checked('hot-page', options);
    other.setState!(JSON.parse(JSON.stringify(policy.getState!())));
    expect(other.onStall(stall(), view())).toEqual({ action: 'send', reason: 'hot' });
    expect(other.getState!()).not.toEqual(policy.getState!());
  });
});
