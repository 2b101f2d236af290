// Random programs of any ISA, made from its model: straight blocks, or programs with loops, calls, indirect jumps and stores
// to their own code. Places in the code are named by instruction, not by address, so that a program from which instructions
// are dropped still means something.
import { randomStream, type Random } from '../../src/base/random.js';
import { unitBits } from '../../src/guest/lang/decoder.js';
import { accepts, encode, operandRange } from '../../src/guest/lang/encoding.js';
import type { Instruction, Isa, Operand } from '../../src/guest/lang/model.js';
import { impliedBases, shapeOf, type Role, type Shape } from './roles.js';

export type Kind = 'block' | 'program';

/** A number, or the address of an item (if that was dropped, of the next one that is left). */
export type Value = bigint | { readonly to: number };

export interface Item {
  readonly id: number;
  readonly instruction: Instruction;
  readonly values: readonly Value[];
}

/** Where things lie; every address is one that the ISA allows. */
export interface Space {
  readonly pageBytes: number;
  /** First address of the code. */
  readonly code: number;
  /** First addresses of data pages; the last one of them ends where memory ends. */
  readonly data: readonly number[];
}

export interface Program {
  readonly kind: Kind;
  readonly space: Space;
  readonly items: readonly Item[];
  /** By vCPU: where it starts, and its registers by file and index. */
  readonly vcpus: readonly { readonly entry: Value; readonly files: readonly (readonly Value[])[] }[];
}

interface Word { readonly instruction: Instruction; readonly shape: Shape }

/** What `generate` knows of an ISA; worked out once. */
interface Known {
  readonly straight: readonly Word[];
  readonly memory: readonly Word[];
  readonly jumps: readonly Word[];
  /** Adds a constant to a register. */
  readonly steps: readonly Word[];
  /** Jumps to a constant place if one register compares with another. */
  readonly bounds: readonly Word[];
  readonly stops: readonly Word[];
  readonly implied: ReadonlySet<number>;
}

const known = new WeakMap<Isa, Known>();

function knowledgeOf(isa: Isa): Known {
  const before = known.get(isa);
  if (before) return before;
  const words = isa.instructions.map((instruction) => ({ instruction, shape: shapeOf(instruction) }));
  const found = {
    straight: words.filter(({ shape }) => !shape.jumps && !shape.stops),
    memory: words.filter(({ shape }) => shape.accesses && !shape.jumps),
    jumps: words.filter(({ shape }) => shape.jumps),
    steps: words.filter(({ instruction }) => isStep(instruction)),
    bounds: words.filter(({ instruction: { body: [first] }, shape }) => (
      shape.roles.filter((role) => role === 'source').length === 2 && first?.k === 'if' && first.c.k === 'cmp' && first.body[0]?.k === 'jump')),
    stops: words.filter(({ shape }) => shape.stops),
    implied: impliedBases(isa.instructions),
  };
  known.set(isa, found);
  return found;
}

function isStep({ body: [first, ...rest] }: Instruction): boolean {
  if (first?.k !== 'set' || rest.length > 0 || first.value.k !== 'bin' || first.value.op !== 'add') return false;
  return first.value.a.k === 'reg' && first.value.b.k === 'operand';
}

export function generate(isa: Isa, kind: Kind, seed: string, vcpus: number, pageBytes: number): Program {
  return new Generator(isa, kind, randomStream(seed, 'program'), pageBytes).program(vcpus);
}

class Generator {
  private readonly isa: Isa;
  private readonly kind: Kind;
  private readonly random: Random;
  private readonly space: Space;
  private readonly known: Known;
  /** By file and index: what the program keeps in the register, mostly. */
  private readonly uses: readonly (readonly ('data' | 'code' | 'value')[])[];
  private length = 0;

  constructor(isa: Isa, kind: Kind, random: Random, pageBytes: number) {
    this.isa = isa;
    this.kind = kind;
    this.random = random;
    this.known = knowledgeOf(isa);
    this.space = this.layout(pageBytes);
    this.uses = isa.files.map(({ count }, file) => Array.from({ length: count }, (_, index) => (
      this.known.implied.has(file * 1000 + index) ? 'data' : this.pick(['data', 'data', 'code', 'value', 'value', 'value'] as const))));
  }

  program(vcpus: number): Program {
    const { kind, space } = this;
    this.length = kind === 'block' ? 1 + this.random.below(24) : 8 + this.random.below(56);
    const items: Item[] = [];
    while (items.length < this.length) {
      if (kind === 'program' && this.chance(0.03)) items.push(...this.march(items.length));
      else items.push(this.item(items.length));
    }
    this.length = items.length;
    // A block that begins again gets hot.
    if (kind === 'block' && this.chance(0.75)) items.push(this.jumpBack(this.length));
    return {
      kind, space, items,
      vcpus: Array.from({ length: vcpus }, () => ({
        entry: { to: kind === 'block' || this.chance(0.5) ? 0 : this.random.below(this.length) },
        files: this.isa.files.map(({ count }, file) => Array.from({ length: count }, (_, index) => this.initial(file, index))),
      })),
    };
  }

  /** Code begins shortly before the end of a page, as often as not; data are two pages side by side, and memory's last page. */
  private layout(pageBytes: number): Space {
    const { text, high } = this.isa.memory;
    const unit = unitBits(this.isa) / 8;
    const first = Math.ceil(text / pageBytes) * pageBytes;
    const code = this.chance(0.5) ? first : first + pageBytes - unit * (1 + this.random.below(24));
    return { pageBytes, code, data: [first + 4 * pageBytes, first + 5 * pageBytes, high - pageBytes] };
  }

  private item(id: number): Item {
    const { straight, memory, jumps, steps, stops } = this.known;
    if (steps.length > 0 && this.chance(0.1)) return this.step(id);
    for (;;) {
      const other = this.kind === 'program' ? this.random.next() : 1;
      const from = other < 0.25 ? jumps : other < 0.28 ? stops : this.chance(0.4) ? memory : straight;
      const { instruction, shape } = this.pick(from.length > 0 ? from : straight);
      const values = instruction.operands.map((operand, i) => this.operand(operand, shape.roles[i]!, id));
      if (accepts(instruction, values.map((value) => (typeof value === 'bigint' ? value : 0n)))) return { id, instruction, values };
    }
  }

  /** A register with an address moves on, as in a loop over an array. */
  private step(id: number): Item {
    const { instruction } = this.pick(this.known.steps);
    const register = this.register(instruction.operands.find(({ kind }) => kind === 'reg')!, 'base');
    const by = this.pick([1n, 2n, 4n, 8n, 8n, 16n, 24n, -1n, -2n, -8n]);
    return { id, instruction, values: instruction.operands.map((operand) => (operand.kind === 'reg' ? register : this.fit(operand, by))) };
  }

  /** A loop over one array or several, up to a bound: accesses that move on by the same constant with each turn. */
  private march(first: number): readonly Item[] {
    const { memory, steps, bounds } = this.known;
    const marching = memory.filter(({ shape }) => shape.roles.includes('base'));
    if (marching.length === 0 || steps.length === 0 || bounds.length === 0) return [];
    const by = this.pick([8n, 8n, 8n, 4n, 2n, 1n, 16n, -8n]);
    const bases = Array.from({ length: 1 + this.random.below(3) }, () => (
      this.register(this.pick(marching).instruction.operands.find(({ kind }) => kind === 'reg')!, 'base')));
    const items: Item[] = [];
    const add = ({ instruction, shape: { roles } }: Word, value: (operand: Operand, role: Role) => Value): void => {
      const values = instruction.operands.map((operand, i) => value(operand, roles[i]!));
      if (accepts(instruction, values.map((each) => (typeof each === 'bigint' ? each : 0n)))) items.push({ id: first + items.length, instruction, values });
    };
    const stepBy = (base: bigint, distance: bigint): void => {
      add(this.pick(steps), (operand) => (operand.kind === 'reg' ? base : this.fit(operand, distance)));
    };
    // Back, for the next time.
    for (const base of bases) if (this.chance(0.6)) stepBy(base, -2040n * (by < 0n ? -1n : 1n));
    const loop = first + items.length;
    for (const base of [...bases, ...bases.filter(() => this.chance(0.3))]) {
      add(this.pick(marching), (operand, role) => {
        if (role === 'base') return base;
        return role === 'offset' && this.chance(0.8) ? this.fit(operand, 8n * BigInt(this.random.below(3))) : this.operand(operand, role, first);
      });
    }
    for (const base of bases) stepBy(base, this.chance(0.95) ? by : 8n);
    const bounded = this.chance(0.5);
    let sources = 0;
    add(this.pick(bounds), (operand, role) => {
      if (role === 'target') return { to: loop };
      return (sources++ === 0) === bounded ? bases[0]! : this.register(operand, 'base');
    });
    return items;
  }

  /** The jump to a constant place that does least besides. */
  private jumpBack(id: number): Item {
    const jumps = this.known.jumps.filter(({ instruction, shape }) => (
      shape.roles.includes('target') && instruction.body.some(({ k }) => k === 'jump')));
    const { instruction, shape } = this.pick(jumps);
    const values = instruction.operands.map((operand, i) => (shape.roles[i] === 'target' ? { to: 0 } : this.operand(operand, shape.roles[i]!, id)));
    return { id, instruction, values };
  }

  private operand(operand: Operand, role: Role, id: number): Value {
    const { kind } = operand;
    if (kind === 'reg') return this.register(operand, role);
    if (role === 'target' || kind === 'pcrel') return { to: this.near(id) };
    if (role === 'address') return this.chance(0.8) ? this.fit(operand, this.dataAddress()) : this.any(operand);
    if (role === 'offset') return this.fit(operand, this.chance(0.8) ? BigInt(this.random.below(17) - 8) : BigInt(this.random.below(512) - 256));
    return this.chance(0.2) && operand.width > 12 ? this.fit(operand, this.dataAddress()) : this.any(operand);
  }

  private register({ file, first, count }: Operand, role: Role): bigint {
    const all = Array.from({ length: count! }, (_, i) => first! + i);
    const wanted = role === 'base' ? 'data' : role === 'codeBase' || role === 'link' ? 'code' : role === 'destination' ? 'value' : undefined;
    const fitting = all.filter((index) => this.uses[file!]![index] === wanted);
    return BigInt(this.pick(fitting.length > 0 && this.chance(0.93) ? fitting : all));
  }

  /** A place in the code: mostly a little before or behind, so that there are loops. */
  private near(id: number): number {
    if (this.chance(0.3)) return this.random.below(this.length);
    return Math.max(0, Math.min(this.length - 1, id - 8 + this.random.below(15)));
  }

  private initial(file: number, index: number): Value {
    const { width, fixed } = this.isa.files[file]!;
    if (fixed.has(index)) return fixed.get(index)!;
    const use = this.uses[file]![index];
    if (use === 'code' && this.chance(0.9)) return { to: this.random.below(this.length) };
    return BigInt.asUintN(width, use === 'data' && this.chance(0.9) ? this.dataAddress() : this.plainValue());
  }

  /** In data, most of all about the ends of pages and words; now and then in code, or where no memory is. */
  private dataAddress(): bigint {
    const { pageBytes, code, data } = this.space;
    if (this.chance(0.08)) return BigInt(code + this.random.below(64));
    if (this.chance(0.02)) return BigInt(this.isa.memory.low - this.random.below(16));
    const page = this.pick(data);
    const offset = this.pick([
      0, 8 * this.random.below(pageBytes / 8), 64 * this.random.below(pageBytes / 64), this.random.below(pageBytes), pageBytes - 1 - this.random.below(16), this.random.below(16),
    ]);
    return BigInt(page + offset);
  }

  private plainValue(): bigint {
    const raw = (): bigint => (BigInt(this.random.below(2 ** 32)) << 32n) | BigInt(this.random.below(2 ** 32));
    switch (this.random.below(6)) {
      case 0: return BigInt(this.random.below(8)) - 4n;
      case 1: return BigInt(this.random.below(2000));
      case 2: return (1n << BigInt(this.random.below(64))) - BigInt(this.random.below(2));
      // An instruction, to be stored into the code.
      case 3: return this.word();
      default: return raw() >> BigInt(this.random.below(64));
    }
  }

  private word(): bigint {
    const { instruction, shape } = this.pick(this.known.straight);
    const values = instruction.operands.map((operand, i) => this.operand(operand, shape.roles[i]!, 0));
    return encode(instruction, values.map((value) => (typeof value === 'bigint' ? value : 0n)));
  }

  private any(operand: Operand): bigint {
    const { min, max, step } = operandRange(operand);
    const steps = (max - min) / step + 1n;
    if (this.chance(0.25)) return this.pick([min, max, this.fit(operand, 0n), this.fit(operand, step), this.fit(operand, -step)]);
    return min + step * (BigInt(Math.floor(this.random.next() * 2 ** 50)) % steps);
  }

  /** The value that the operand can have nearest to `value`. */
  private fit(operand: Operand, value: bigint): bigint {
    return fitOperand(operand, value);
  }

  private chance(p: number): boolean {
    return this.random.next() < p;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)]!;
  }
}

export function fitOperand(operand: Operand, value: bigint): bigint {
  const { min, max, step } = operandRange(operand);
  const stepped = value - (((value % step) + step) % step);
  return stepped < min ? min : stepped > max ? max : stepped;
}
