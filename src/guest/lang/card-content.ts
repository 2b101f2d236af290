// What the reference card of an ISA says, before it becomes text or HTML. Everything is read from the checked model.
import { hex } from '../../base/bits.js';
import { formatBytes } from '../../base/units.js';
import type { GuestCallDecl, Instruction, Isa, Operand, OperandKind, RegisterFile, StartRule } from './model.js';
import { counted } from './scope.js';
import { syntaxText } from './syntax.js';

/** Adjacent bits of a word: fixed digits, or bits of an operand. */
export interface Segment {
  readonly text: string;
  readonly bits: number;
  readonly kind: OperandKind | 'fixed';
}

export interface InstructionRow {
  readonly syntax: string;
  readonly semantics: string;
  readonly segments: readonly Segment[];
  /** The `where` condition, or an empty text. */
  readonly where: string;
  readonly cost: number;
}

export interface Group {
  readonly title: string;
  readonly instructions: readonly InstructionRow[];
  readonly aliases: readonly { readonly syntax: string; readonly meaning: string }[];
}

export interface Pair {
  readonly name: string;
  readonly meaning: string;
}

export interface Card {
  readonly name: string;
  readonly facts: readonly string[];
  readonly registers: readonly { readonly title: string; readonly entries: readonly Pair[] }[];
  readonly memory: readonly Pair[];
  readonly start: readonly Pair[];
  readonly groups: readonly Group[];
  readonly calls: readonly { readonly title: string; readonly signatures: readonly string[] }[];
}

/** How semantics read; the same for every ISA. */
export const NOTATION: readonly Pair[] = [
  { name: 'm32[a]', meaning: '32 bits of memory at address a, little-endian' },
  { name: 'e[7:0]', meaning: 'bits 7 to 0 of e' },
  { name: 'sx(e) zx(e)', meaning: 'e widened by its sign, by zeros' },
  { name: '<s <u >>s >>u', meaning: 'signed, unsigned' },
  { name: 'rmw m[a] old => f', meaning: 'stores f, yields the old value; indivisible' },
  { name: 'next', meaning: 'address of the following instruction' },
];

export function cardContent(isa: Isa): Card {
  const aliases = isa.aliases.length > 0 ? `, ${isa.aliases.length} aliases` : '';
  return {
    name: isa.name,
    facts: [`${isa.instructions.length} instructions${aliases}`, `${isa.pcWidth}-bit addresses`, wordFact(isa)],
    registers: isa.files.map(registerTable),
    memory: memoryTable(isa),
    start: isa.start.map((rule) => startRow(rule, isa)),
    groups: groupsOf(isa),
    calls: [
      { title: 'Guest calls', signatures: isa.guestCalls.map(signature) },
      { title: 'Externs', signatures: isa.externs.map(signature) },
    ].filter(({ signatures }) => signatures.length > 0),
  };
}

function wordFact({ words }: Isa): string {
  const lengths = words.map(({ bits, when }, i) => {
    const size = i === 0 ? counted(bits, 'bit') : String(bits);
    if (!when) return i === 0 ? size : `else ${size}`;
    return `${size} (${i === 0 ? 'low bits ' : ''}${when.match.toString(2).padStart(when.mask.toString(2).length, '0')})`;
  });
  return `words of ${lengths.join(', ')}`;
}

function registerTable({ name, width, count, scalar, names, fixed }: RegisterFile): Card['registers'][number] {
  const entries = names.map((own, i) => ({
    name: own, meaning: fixed.has(i) ? `always ${fixed.get(i)!}` : scalar || own === `${name}${i}` ? '' : `${name}${i}`,
  }));
  const bits = counted(width, 'bit');
  return { title: scalar ? `${name}: ${bits}` : `${name}0 to ${name}${count - 1}: ${bits} each`, entries };
}

function memoryTable({ memory, pcWidth }: Isa): Pair[] {
  const address = (value: number): string => `0x${hex(value, Math.min(pcWidth, 48)).replace(/^0+(?=.{4})/, '')}`;
  return [
    { name: address(memory.low), meaning: 'lowest address; below it accesses trap' },
    { name: address(memory.text), meaning: `text; each section starts at a multiple of ${formatBytes(memory.align)} bytes` },
    {
      name: address(memory.stack),
      meaning: `vCPU 0's stack ends here, the next one's ${formatBytes(memory.stackBytes)} bytes lower`,
    },
    { name: address(memory.high), meaning: 'end of memory; from here on accesses trap' },
  ];
}

const START_MEANING = { stack: 'end of its stack', vcpu: 'its number', vcpus: 'how many vCPUs there are' } as const;

function startRow({ file, index, value }: StartRule, isa: Isa): Pair {
  const meaning = typeof value === 'bigint' ? String(value) : START_MEANING[value];
  return { name: isa.files[file]!.names[index]!, meaning };
}

function groupsOf(isa: Isa): Group[] {
  const titles = [...new Set([...isa.instructions, ...isa.aliases].map(({ group }) => group))];
  return titles.map((title) => ({
    title,
    instructions: isa.instructions.filter(({ group }) => group === title).map((each) => instructionRow(each, isa)),
    aliases: isa.aliases.filter(({ group }) => group === title).map(({ syntax, operands, text }) => ({
      syntax: syntaxText(syntax, operands, isa.files), meaning: text,
    })),
  }));
}

function instructionRow(each: Instruction, isa: Isa): InstructionRow {
  const [, where = ''] = /\bwhere\s+(.*)$/.exec(each.encodingText) ?? [];
  return {
    syntax: syntaxText(each.syntax, each.operands, isa.files), semantics: each.semanticsText,
    segments: segmentsOf(each), where, cost: each.cost,
  };
}

/** The word from its most significant bit down. */
export function segmentsOf({ bits, mask, match, operands }: Instruction): Segment[] {
  const pieces = operands.flatMap((operand) => operand.pieces.map((piece) => ({ operand, ...piece })));
  const segments: Segment[] = [];
  for (let top = bits; top > 0;) {
    const piece = pieces.find(({ wordLo, bits: width }) => wordLo + width === top);
    let low = piece ? piece.wordLo : top - 1;
    while (!piece && low > 0 && (mask >> BigInt(low - 1)) & 1n) low--;
    const width = top - low;
    segments.push(piece ? { text: pieceText(piece.operand, piece.valueLo, width), bits: width, kind: piece.operand.kind }
      : { text: fixedText(BigInt.asUintN(width, match >> BigInt(low)), width), bits: width, kind: 'fixed' });
    top = low;
  }
  return segments;
}

function pieceText({ name, kind, width }: Operand, lo: number, bits: number): string {
  if ((kind === 'reg' || kind === 'enum') && bits === width) return name;
  return bits === 1 ? `${name}[${lo}]` : `${name}[${lo + bits - 1}:${lo}]`;
}

function fixedText(value: bigint, width: number): string {
  return width % 4 === 0 ? `0x${hex(value, width)}` : `0b${value.toString(2).padStart(width, '0')}`;
}

function signature({ name, args, result }: GuestCallDecl): string {
  return `${name}(${args.map((bits) => `i${bits}`).join(', ')})${result > 0 ? ` -> i${result}` : ''}`;
}
