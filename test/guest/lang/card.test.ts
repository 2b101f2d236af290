// The reference card says all there is to say, and nothing that is not in the model.
import { cardHtml, cardText } from '../../../src/guest/lang/card.js';
import { segmentsOf } from '../../../src/guest/lang/card-content.js';
import { ALL_ISAS, instructionOf, small } from './isas.js';

/** Lines of two printed pages of 66 lines. */
const TWO_PAGES = 132;

describe.each(ALL_ISAS.map((isa) => [isa.name, isa] as const))('the card of %s', (_, isa) => {
  const text = cardText(isa);
  const html = cardHtml(isa);

  it('fits two pages', () => {
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(TWO_PAGES);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(115);
  });

  it('names every instruction, alias, register and call, in text and HTML', () => {
    const names = [
      ...isa.instructions.map(({ syntax }) => syntax.mnemonic), ...isa.aliases.map(({ syntax }) => syntax.mnemonic),
      ...isa.files.flatMap((file) => file.names), ...isa.guestCalls.map(({ name }) => `${name}(`), ...isa.externs.map(({ name }) => `${name}(`),
      ...new Set(isa.instructions.map(({ group }) => group)),
    ];
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
    expect(names.filter((name) => !html.includes(name))).toEqual([]);
  });

  it('is one HTML document that needs nothing else', () => {
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<link|<img|src=|href=|url\(|https?:/);
    for (const tag of ['section', 'div', 'span', 'dl', 'code', 'i']) {
      expect(html.split(`<${tag}>`).length + html.split(`<${tag} `).length - 2).toBe(html.split(`</${tag}>`).length - 1);
    }
  });

  it('draws words whose segments add up', () => {
    for (const each of isa.instructions) {
      expect(segmentsOf(each).reduce((sum, { bits }) => sum + bits, 0)).toBe(each.bits);
    }
  });
});

describe('a card', () => {
  const isa = small('insn odd rd, imm is imm[7|3:0] 0b101011 imm[6:4] rd where imm <s 4 cost 7 { if rd <s imm { pc = rd } }\n');

  it('writes encodings from the most significant bit down, with condition and cost', () => {
    expect(segmentsOf(instructionOf(isa, 'odd')).map((segment) => segment.text))
      .toEqual(['imm[7]', 'imm[3:0]', '0b101011', 'imm[6:4]', 'rd']);
    expect(cardText(isa)).toContain('imm[7] imm[3:0] 0b101011 imm[6:4] rd where imm <s 4  cost 7');
  });

  it('escapes what means something in HTML', () => {
    expect(cardHtml(isa)).toContain('if rd &lt;s imm { pc = rd }');
  });
});
