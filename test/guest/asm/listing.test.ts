// The listing, and the way from an address back to its line.
import { sourceOf } from '../../../src/guest/asm/image.js';
import { formatListing } from '../../../src/guest/asm/listing.js';
import { assembleText } from './support.js';

const TEXT = `# a program
        .macro twice what
        \\what
        \\what
        .endm
start:  li a0, 5        ; five
        twice nop
        .ifdef DEBUG
        nop
        .endif
        .data
        .string "abcdefghi"
        .align 8
        .bss
        .space 4096
`;

describe('formatListing', () => {
  it('shows address, bytes, line number and source of every line, macro lines behind the call', () => {
    expect(formatListing(assembleText(TEXT).listing)).toBe(`; test.s
                                   1  # a program
                                   2          .macro twice what
                                   3          \\what
                                   4          \\what
                                   5          .endm
10000  0f 01 05 00 00 00 00 00     6  start:  li a0, 5        ; five
                                   7          twice nop
10008  12 00 00 00                 3+         nop
1000c  12 00 00 00                 4+         nop
                                   8          .ifdef DEBUG
                                   9          nop
                                  10          .endif
                                  11          .data
20000  61 62 63 64 65 66 67 68    12          .string "abcdefghi"
20008  69 00
2000a  6 zeros                    13          .align 8
                                  14          .bss
30000  4096 zeros                 15          .space 4096
`);
  });
});

describe('sourceOf', () => {
  it('names the line of an address, and of a macro the line of its body', () => {
    const { image } = assembleText(TEXT);
    expect(sourceOf(image, 0x10000)).toBe('test.s:6');
    expect(sourceOf(image, 0x10007)).toBe('test.s:6');
    expect(sourceOf(image, 0x1000c)).toBe('test.s:4');
    expect(sourceOf(image, 0x10010)).toBeUndefined();
    expect(sourceOf(image, 0x20005)).toBe('test.s:12');
  });
});
