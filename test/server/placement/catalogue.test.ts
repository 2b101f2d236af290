// The table of policies: complete, documented, strict about names and ranges; and what all policies have in common.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { InputError } from '../../../src/base/diagnostics.js';
import { copyPlain } from '../../../src/base/plain.js';
import { createPolicy, policyModule, policyNames, resolveOptions } from '../../../src/server/placement/catalogue.js';
import { checked, request, stall, view } from './fixture.js';

function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

describe('the catalogue', () => {
  it('has an entry of the same name for every file in policies/', () => {
    const files = readdirSync(join(repositoryRoot(), 'src/server/placement/policies')).map((file) => file.replace(/\.ts$/, ''));
    expect(policyNames().sort()).toEqual(files.sort());
  });

  it('suggests the nearest name for an unknown one', () => {
    expect(() => policyModule('first-tuch')).toThrow(InputError);
    expect(() => policyModule('first-tuch')).toThrow('unknown policy "first-tuch"\n  did you mean "first-touch"?');
  });

  it.each(policyNames())('%s documents itself, and each reason and parameter once', (name) => {
    const { summary, source, reasons, parameters } = policyModule(name);
    for (const text of [summary, source, ...reasons.map((r) => r.meaning), ...parameters.map((p) => p.meaning)]) {
      expect(text).not.toBe('');
    }
    for (const names of [reasons.map((r) => r.slug), parameters.map((p) => p.name)]) {
      expect(names).toHaveLength(new Set(names).size);
      for (const text of names) expect(text).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
    for (const { default: value, min, max } of parameters) {
      expect(min).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(max);
    }
  });
});

describe('policy options', () => {
  it('take their defaults, and what is given', () => {
    expect(resolveOptions(policyModule('page'), {})).toEqual({});
    const values = resolveOptions(policyModule('cost'), { 'read-warmth': '0.5' });
    expect(values['read-warmth']).toBe(0.5);
    expect(values['write-warmth']).toBe(0.02);
  });

  it('report all wrong names and values in one go', () => {
    const wrong = (): unknown => createPolicy('cost', { 'read-warmht': '1', 'retry-after': '0', window: 'wide' }, view());
    expect(wrong).toThrow('policy "cost" has no option "read-warmht"\n  did you mean "read-warmth"?');
    expect(wrong).toThrow('option "retry-after" of policy "cost": expected a number from 1 to 1000000, not "0"');
    expect(wrong).toThrow('option "window" of policy "cost": expected a number from 0 to 1000000, not "wide"');
  });

  it.each(['', ' ', 'NaN', '-1', '1001', 'Infinity'])('refuse %j as a weight', (text) => {
    expect(() => resolveOptions(policyModule('cost'), { 'read-load': text })).toThrow(InputError);
  });

  it('say that a policy without options has none', () => {
    expect(() => resolveOptions(policyModule('page'), { speed: '1' })).toThrow('policy "page" has no option "speed"\n  it has none');
  });
});

const pasts = fc.array(fc.record({
  page: fc.nat(3), vcpu: fc.nat(2), kind: fc.constantFrom('read', 'write', 'rmw'), owner: fc.integer({ min: -1, max: 3 }),
  holdsCopy: fc.boolean(), run: fc.nat(40), dormant: fc.boolean(), gap: fc.nat(400),
}), { maxLength: 40 });

describe.each(policyNames())('policy %s', (name) => {
  it('answers a dormant page, and nothing else, with a place', () => {
    for (const kind of ['read', 'write', 'rmw'] as const) {
      expect(checked(name).onStall(stall({ kind, dormant: true, owner: -1 }), view()).action).toBe('place');
      expect(checked(name).onStall(stall({ kind }), view()).action).not.toBe('place');
    }
  });

  it('gives only documented reasons, the same for the same past', () => {
    const settings = fc.record({
      load: fc.nat(6), hintedLoad: fc.integer({ min: -1, max: 6 }), warmth: fc.nat(40), freeFrames: fc.nat(1),
      machine: fc.constantFrom('sds-ethernet-25g', 'sds-efa', 'numa-4s'),
    });
    fc.assert(fc.property(pasts, settings, (events, setting) => {
      const play = (): unknown[] => {
        const at = view(setting);
        const policy = checked(name, {}, at);
        let nowPs = 0;
        return events.map(({ gap, ...changes }) => {
          nowPs += gap * 1e6;
          policy.onArrive!({ page: changes.page, nowPs }, at);
          return policy.onStall(stall({ ...changes, nowPs: nowPs + 1 }), at);
        });
      };
      expect(play()).toEqual(play());
    }), { numRuns: 50 });
  });

  it('goes on the same when another instance takes over what it remembers', () => {
    const { stateless } = policyModule(name);
    fc.assert(fc.property(pasts, (events) => {
      const at = view();
      const first = createPolicy(name, {}, at);
      let heir = createPolicy(name, {}, at);
      expect(first.getState !== undefined && first.setState !== undefined).toBe(stateless !== true);
      let nowPs = 0;
      for (const { gap, ...changes } of events) {
        nowPs += gap * 1e6;
        const next = createPolicy(name, {}, at);
        next.setState?.(copyPlain(heir.getState!()));
        heir = next;
        const decisions = [first, heir].map((policy) => {
          const decision = policy.onStall(stall({ ...changes, nowPs }), at);
          policy.onArrive?.({ page: changes.page, nowPs: nowPs + 1 }, at);
          policy.onArrive?.({ vcpu: changes.vcpu, nowPs: nowPs + 1 }, at);
          const answer = policy.onOwnerRequest?.(request({ page: changes.page, want: 'bring', localMisses: gap, nowPs: nowPs + 2 }), at);
          return [decision, answer];
        });
        expect(decisions[1]).toEqual(decisions[0]);
      }
    }), { seed: 6, numRuns: 50 });
  });
});
