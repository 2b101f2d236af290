// A policy in a file of its own: `hyperkernel run PROGRAM --policy examples/mostly-copy.mjs`. Reads copy the page; writes
// bring it, unless it is wanted elsewhere all the time. See docs/adding-a-policy.md for what there is to see and to answer.
export const policy = {
  name: 'mostly-copy',
  summary: 'copies for reads; brings for writes until a page has come often',
  source: 'this example',
  parameters: [
    { name: 'patience', default: 8, min: 0, max: 1000, meaning: 'stalls of a vCPU on a page before its writes are served remotely' },
  ],
  reasons: [
    { slug: 'first-touch', meaning: 'a dormant page gets memory where it was touched' },
    { slug: 'read', meaning: 'the page is read here' },
    { slug: 'write', meaning: 'the page is written here' },
    { slug: 'tired', meaning: 'the page has come too often' },
  ],
  stateless: true,
  create: ({ patience }) => ({
    onStall(stall, view) {
      if (stall.dormant) return { action: 'place', node: view.node, reason: 'first-touch' };
      if (stall.kind === 'read') return { action: 'copy', reason: 'read' };
      return stall.repeats < patience ? { action: 'bring', reason: 'write' } : { action: 'remote', reason: 'tired' };
    },
  }),
};
