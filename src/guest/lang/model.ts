// The checked model of an ISA, as the language front end delivers it and the assembler, the engines and the card read it.
import type { Span } from '../../base/source.js';
import type { Expr, RegIndex, Stmt } from './ir.js';

/** A register file; a single register (`reg acc : i16`) is a file with count 1 and `scalar` true. */
export interface RegisterFile {
  readonly name: string;
  readonly width: number;
  readonly count: number;
  readonly scalar: boolean;
  /** Index to name; a file `r` of 16 without a list has r0 .. r15. */
  readonly names: readonly string[];
  /** Hard-wired registers: index to value. Writes are dropped. */
  readonly fixed: ReadonlyMap<number, bigint>;
}

/** A run of bits of an operand's value in the instruction word. */
export interface Piece {
  readonly wordLo: number;
  readonly valueLo: number;
  readonly bits: number;
}

export type OperandKind = 'reg' | 'signed' | 'unsigned' | 'pcrel' | 'enum';

export interface Operand {
  readonly name: string;
  readonly kind: OperandKind;
  /** Register file, and the window [first, first + count) that the field can name, for kind `reg`. */
  readonly file?: number;
  readonly first?: number;
  readonly count?: number;
  /** Spellings by value, for kind `enum`. */
  readonly spellings?: readonly string[];
  /** Bits of the value that the word carries, most significant piece first. */
  readonly pieces: readonly Piece[];
  /** Value bits, counted from 0: the sign bit of a `signed` or `pcrel` value is bit width - 1. */
  readonly width: number;
  /** Low bits that no piece carries: the value is a multiple of 2^zeros. */
  readonly zeros: number;
}

export type SyntaxToken =
  | { readonly lit: string }
  | { readonly operand: number }
  | { readonly reg: { readonly file: number; readonly index: number } };

export interface Syntax {
  readonly mnemonic: string;
  /** An enum operand whose spelling is glued to the mnemonic (`lr.w^aqrl`). */
  readonly suffix?: number;
  readonly tokens: readonly SyntaxToken[];
}

export interface Instruction {
  readonly name: string;
  readonly syntax: Syntax;
  readonly operands: readonly Operand[];
  /** Length in bits, a multiple of 8. The word is stored little-endian. */
  readonly bits: number;
  /** word & mask === match identifies it (together with `where`). */
  readonly mask: bigint;
  readonly match: bigint;
  /** A condition over its operands (width 1), true in every accepted word. */
  readonly where?: Expr;
  /** Cycles it takes to retire, without memory. */
  readonly cost: number;
  readonly body: readonly Stmt[];
  /** Number of local slots. */
  readonly locals: number;
  /** Heading of the reference card under which it stands. */
  readonly group: string;
  /** Encoding and semantics as the ISA text writes them, for the card. */
  readonly encodingText: string;
  readonly semanticsText: string;
  readonly at: Span;
}

/** What an alias passes for an operand of its target: an own operand, or a value (register index or immediate). */
export type Binding = { readonly operand: number } | { readonly value: bigint };

/** Another spelling of an instruction: `alias mv rd, rs => addi rd, rs, 0`. */
export interface Alias {
  readonly syntax: Syntax;
  /** Own operands; pieces are empty, kind and window as in the target. */
  readonly operands: readonly Operand[];
  readonly target: number;
  /** One per operand of the target. */
  readonly bindings: readonly Binding[];
  readonly group: string;
  readonly text: string;
  readonly at: Span;
}

export interface ExternDecl {
  readonly name: string;
  readonly pure: boolean;
  readonly args: readonly number[];
  /** Result width in bits; 0 for none. */
  readonly result: number;
}

/** A call to the guest operating-system layer, found there by name. */
export interface GuestCallDecl {
  readonly name: string;
  readonly args: readonly number[];
  readonly result: number;
}

/** A word length; `when` gives the low bits that select it, absent for the remaining words. */
export interface WordClass {
  readonly bits: number;
  readonly when?: { readonly mask: number; readonly match: number };
}

/** Where things lie in the guest's address space, in bytes. */
export interface MemoryMap {
  /** Accesses below `low` or at or above `high` trap. */
  readonly low: number;
  readonly high: number;
  /** Default base of the text section; sections after it start at multiples of `align`. */
  readonly text: number;
  readonly align: number;
  /** vCPU i's stack ends at stack - i * stackBytes and grows down. */
  readonly stack: number;
  readonly stackBytes: number;
}

/** What a register holds when a vCPU starts. */
export interface StartRule {
  readonly file: number;
  readonly index: number;
  readonly value: 'stack' | 'vcpu' | 'vcpus' | bigint;
}

export interface Isa {
  readonly name: string;
  readonly path: string;
  /** Width of the program counter and of addresses in bits. */
  readonly pcWidth: number;
  /** Word lengths in the order of the text; the shortest is the fetch unit. */
  readonly words: readonly WordClass[];
  readonly files: readonly RegisterFile[];
  readonly instructions: readonly Instruction[];
  readonly aliases: readonly Alias[];
  readonly externs: readonly ExternDecl[];
  readonly guestCalls: readonly GuestCallDecl[];
  readonly memory: MemoryMap;
  readonly start: readonly StartRule[];
  /** Register name to place, over all files, alternative names included. */
  readonly registerNames: ReadonlyMap<string, { readonly file: number; readonly index: number }>;
  /** The implementations of `externs`. */
  readonly binding: IsaBinding;
}

/** What the text alone decides: plain data, made when the house is built (scripts/generate.mjs). */
export type CheckedIsa = Omit<Isa, 'binding'>;

/** A pure function beside the ISA: arguments and result are unsigned BigInts of the declared widths. */
export type ExternFunction = (...args: bigint[]) => bigint;

/** What an ISA brings along in TypeScript: `isa/<name>.ts`. */
export interface IsaBinding {
  readonly externs: Readonly<Record<string, ExternFunction>>;
}

export type { RegIndex };
