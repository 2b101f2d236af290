// The protocol under each of its choices: in every order of messages in a small world, in many random ones in larger worlds.
import { DEFAULT_PROTOCOL, PROTOCOL_CHOICES, type ProtocolSpec } from '../../../src/server/spec.js';
import { explore } from '../../../src/study/explore/explore.js';
import { randomPrograms, walk } from '../../../src/study/explore/walk.js';
import { read, write } from '../../../src/study/explore/world.js';
import { WALKED, walkedShape } from '../../../src/study/explore/worlds.js';

const others: ProtocolSpec[] = PROTOCOL_CHOICES.invalidation.flatMap((invalidation) =>
  PROTOCOL_CHOICES.readOwnership.flatMap((readOwnership) =>
    (['whole', 'diff'] as const).map((transfer) => ({ invalidation, readOwnership, transfer }))))
  .filter((protocol) => JSON.stringify(protocol) !== JSON.stringify(DEFAULT_PROTOCOL));

describe.each(others)('with $invalidation invalidation, ownership of readers: $readOwnership, transfer $transfer', (protocol) => {
  it('no order of messages breaks a rule or leaves a vCPU waiting', () => {
    const shape = {
      nodes: 3, pages: 1, programs: [[write(0)], [read(0)], [write(0)]], loadStore: false, protocol,
      actions: ['bring', 'copy'], ownerActions: ['serve'],
    } as const;
    expect(explore(shape)).toMatchObject({ complete: true });
  });

  it('neither do random ones, with evictions, drops and moves', () => {
    for (const [nodes, pages, vcpus, instructions] of WALKED.slice(0, 5)) {
      for (const loadStore of [false, true]) {
        for (let seed = 0; seed < 3; seed++) {
          const programs = randomPrograms(vcpus, instructions, pages, seed);
          expect(walk({ ...walkedShape(nodes, pages, loadStore), protocol, programs }, seed).messages).toBeGreaterThan(0);
        }
      }
    }
  });
});
