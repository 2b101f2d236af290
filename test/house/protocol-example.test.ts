// The example of docs/protocol.md, run: four kernels' protocol states and a fabric that delivers in order of sending.
import { Kernels } from '../server/hyperkernel/kernels.js';
import { readDocument } from './markdown.js';
import { root } from './root.js';

/** `from to message` of each row; a forwarded message comes from the node it is forwarded by. */
function tableOfTheDocument(): string[] {
  const rows = readDocument(root, 'docs/protocol.md').matchAll(/^\| \d+ \| (?:\d via )?(\d) \| (\d) \| (\w+) \|/gm);
  return [...rows].map(([, from, to, message]) => `${from} ${to} ${message}`);
}

describe('the example of the protocol document', () => {
  it('sends the messages of its table', () => {
    const kernels = new Kernels(4, 1);
    kernels.access(0, { write: true, want: 'bring' });
    kernels.access(1, { write: false, want: 'copy' });
    kernels.access(2, { write: false, want: 'copy' });
    expect(kernels.rights()).toEqual(['primary', 'secondary', 'secondary', 'invalid']);

    kernels.stall(3, { write: true, want: 'bring' });
    const messages = kernels.settleWhole();
    expect(messages.map(({ from, to, message }) => `${from} ${to} ${message.kind}`)).toEqual(tableOfTheDocument());
    expect(kernels.rights()).toEqual(['invalid', 'invalid', 'invalid', 'exclusive']);
    expect(messages.find(({ message }) => message.kind === 'grant')!.message).toMatchObject({ acks: 2, epoch: 2 });
  });
});
