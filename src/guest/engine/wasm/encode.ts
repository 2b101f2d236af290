// Encodes WebAssembly modules (WebAssembly Core Specification 2.0, section 5). One way through a function's code, no tree
// in between: measured several times as fast as a general tool, which matters where code is compiled while a guest runs.
import { NOTHING, op, SIMD, simd } from './opcodes.js';

const asIntN = BigInt.asIntN;
const toNumber = Number;

/** Numbers in LEB128 and names, appended to `list`. */
export class Bytes {
  readonly list: number[] = [];

  byte(value: number): this {
    this.list.push(value);
    return this;
  }

  unsigned(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.list.push((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.list.push(rest);
    return this;
  }

  /** A signed number of at most 32 bits. */
  signed32(value: number): this {
    let rest = value | 0;
    while (rest > 0x3f || rest < -0x40) {
      this.list.push((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.list.push(rest & 0x7f);
    return this;
  }

  /** 64 bits, of which the highest is the sign. */
  signed64(value: bigint): this {
    let rest = asIntN(64, value);
    while (rest > 0x7fff_ffffn || rest < -0x8000_0000n) {
      this.list.push(toNumber(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return this.signed32(toNumber(rest));
  }

  name(text: string): this {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i++) this.list.push(text.charCodeAt(i));
    return this;
  }

  append(bytes: readonly number[]): this {
    for (const byte of bytes) this.list.push(byte);
    return this;
  }
}

/** What encloses the place where code is written: how deep it is, counted from the function's body. */
export type Label = number;

/** A function's code as it is written: instructions in order, locals as they are asked for. */
export class Code extends Bytes {
  private readonly params: number;
  private readonly locals: number[] = [];
  private depth = 0;
  /** Locals that are free, and those that the present instruction of the guest uses, by type. */
  private readonly free = new Map<number, number[]>();
  private readonly used: { readonly type: number; readonly local: number }[] = [];
  /** Places of conditional branches that are hardly ever, or nearly always, taken. */
  readonly hints: { readonly at: number; readonly likely: boolean }[] = [];

  constructor(params: number) {
    super();
    this.params = params;
  }

  /** A new local of that type, zero at first. */
  local(type: number): number {
    this.locals.push(type);
    return this.params + this.locals.length - 1;
  }

  /** A local of that type with whatever it held before, until `releaseScratch`. */
  scratch(type: number): number {
    const local = this.free.get(type)?.pop() ?? this.local(type);
    this.used.push({ type, local });
    return local;
  }

  releaseScratch(): void {
    for (const { type, local } of this.used) {
      const list = this.free.get(type);
      if (list) list.push(local);
      else this.free.set(type, [local]);
    }
    this.used.length = 0;
  }

  op(code: number): this { return this.byte(code); }
  get(local: number): this { return this.byte(op.localGet).unsigned(local); }
  set(local: number): this { return this.byte(op.localSet).unsigned(local); }
  tee(local: number): this { return this.byte(op.localTee).unsigned(local); }
  i32(value: number): this { return this.byte(op.i32Const).signed32(value); }
  i64(value: bigint): this { return this.byte(op.i64Const).signed64(value); }
  /** Opens a block, loop or if without a result. */
  open(code: number): Label {
    this.byte(code).byte(NOTHING);
    return ++this.depth;
  }
  else(): this { return this.byte(op.else); }
  end(): this {
    this.depth--;
    return this.byte(op.end);
  }
  br(label: Label): this { return this.byte(op.br).unsigned(this.depth - label); }
  brIf(label: Label): this { return this.byte(op.brIf).unsigned(this.depth - label); }
  f64(value: number): this {
    this.byte(op.f64Const);
    return this.append([...new Uint8Array(Float64Array.of(value).buffer)]);
  }
  call(index: number): this { return this.byte(op.call).unsigned(index); }
  returnCall(index: number): this { return this.byte(op.returnCall).unsigned(index); }
  returnCallIndirect(type: number): this { return this.byte(op.returnCallIndirect).unsigned(type).byte(0); }

  /** An `if`, or a conditional branch, that says which way it nearly always goes. */
  hinted(likely: boolean): this {
    this.hints.push({ at: this.list.length, likely });
    return this;
  }

  /** A place to which `reset` takes back. */
  mark(): { readonly at: number; readonly hints: number; readonly depth: number } {
    return { at: this.list.length, hints: this.hints.length, depth: this.depth };
  }

  reset({ at, hints, depth }: ReturnType<Code['mark']>): void {
    this.list.length = at;
    this.hints.length = hints;
    this.depth = depth;
  }

  /** A load or store; the address may be misaligned. */
  memory(code: number, offset: number): this {
    return this.byte(code).byte(0).unsigned(offset);
  }

  vector(code: number): this { return this.byte(SIMD).unsigned(code); }
  vectorMemory(code: number, offset: number): this {
    return this.vector(code).byte(0).unsigned(offset);
  }
  /** A vector of four equal numbers of 32 bits. */
  i32x4(value: number): this {
    return this.vector(simd.const).append([...new Uint8Array(Int32Array.of(value, value, value, value).buffer)]);
  }

  brTable(labels: readonly Label[], otherwise: Label): this {
    this.byte(op.brTable).unsigned(labels.length);
    for (const label of labels) this.unsigned(this.depth - label);
    return this.unsigned(this.depth - otherwise);
  }

  /** Declarations of the locals, in runs of one type, and the code. */
  body(): { readonly bytes: number[]; readonly codeAt: number } {
    const body = new Bytes();
    const runs: { type: number; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs[runs.length - 1];
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    body.unsigned(runs.length);
    for (const { type, count } of runs) body.unsigned(count).byte(type);
    const codeAt = body.list.length;
    body.append(this.list);
    body.byte(op.end);
    return { bytes: body.list, codeAt };
  }
}

const SECTION = { custom: 0, type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const KIND = { function: 0, table: 1, memory: 2 } as const;
const FUNCREF = 0x70;
/** The custom section of the branch hinting proposal. */
const HINTS = 'metadata.code.branch_hint';
/** The subsection of the custom section `name` with those of functions (Core Specification, appendix, Custom Sections). */
const FUNCTION_NAMES = 1;
const IMPORTS_FROM = 'e';

/** A module whose imports all come from `e`; functions are numbered through, imported ones first. */
export class ModuleBuilder {
  private readonly types: string[] = [];
  private readonly typeBytes: number[][] = [];
  private readonly imports: Bytes[] = [];
  private importedFunctions = 0;
  private readonly functions: { readonly type: number; readonly code: Code; readonly name: string }[] = [];
  private readonly exports: Bytes[] = [];

  type(params: readonly number[], results: readonly number[]): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.types.indexOf(key);
    if (known >= 0) return known;
    const bytes = new Bytes().byte(FUNCTION_TYPE).unsigned(params.length).append(params);
    bytes.unsigned(results.length).append(results);
    this.typeBytes.push(bytes.list);
    return this.types.push(key) - 1;
  }

  importMemory(name: string): void {
    this.imports.push(new Bytes().name(IMPORTS_FROM).name(name).byte(KIND.memory).byte(0).unsigned(1));
  }

  importTable(name: string): void {
    this.imports.push(new Bytes().name(IMPORTS_FROM).name(name).byte(KIND.table).byte(FUNCREF).byte(0).unsigned(1));
  }

  /** Functions are imported before the first one is added. */
  importFunction(name: string, type: number): number {
    this.imports.push(new Bytes().name(IMPORTS_FROM).name(name).byte(KIND.function).unsigned(type));
    return this.importedFunctions++;
  }

  /** Number of the function, whose code may still be written. Its name is for profilers and debuggers. */
  add(name: string, type: number, code: Code): number {
    return this.importedFunctions + this.functions.push({ type, code, name }) - 1;
  }

  export(name: string, index: number): void {
    this.exports.push(new Bytes().name(name).byte(KIND.function).unsigned(index));
  }

  build(): Uint8Array<ArrayBuffer> {
    const module = new Bytes().append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const section = (id: number, items: readonly (readonly number[])[]): void => {
      if (items.length === 0) return;
      const content = new Bytes().unsigned(items.length);
      for (const item of items) content.append(item);
      module.byte(id).unsigned(content.list.length).append(content.list);
    };
    section(SECTION.type, this.typeBytes);
    section(SECTION.import, this.imports.map(({ list }) => list));
    section(SECTION.function, this.functions.map(({ type }) => new Bytes().unsigned(type).list));
    section(SECTION.export, this.exports.map(({ list }) => list));
    const bodies = this.functions.map(({ code }) => code.body());
    const hints = this.hints(bodies.map(({ codeAt }) => codeAt));
    if (hints) module.byte(SECTION.custom).unsigned(hints.list.length).append(hints.list);
    section(SECTION.code, bodies.map(({ bytes }) => new Bytes().unsigned(bytes.length).append(bytes).list));
    const names = this.names();
    module.byte(SECTION.custom).unsigned(names.list.length).append(names.list);
    return Uint8Array.from(module.list);
  }

  private names(): Bytes {
    const list = new Bytes().unsigned(this.functions.length);
    this.functions.forEach(({ name }, i) => list.unsigned(this.importedFunctions + i).name(name));
    return new Bytes().name('name').byte(FUNCTION_NAMES).unsigned(list.list.length).append(list.list);
  }

  /** Offsets of hints count from the first byte of the function's declarations of locals. */
  private hints(codeAt: readonly number[]): Bytes | undefined {
    const hinted = this.functions.flatMap(({ code }, i) => (code.hints.length > 0 ? [{ code, i }] : []));
    if (hinted.length === 0) return undefined;
    const section = new Bytes().name(HINTS).unsigned(hinted.length);
    for (const { code, i } of hinted) {
      section.unsigned(this.importedFunctions + i).unsigned(code.hints.length);
      for (const { at, likely } of code.hints) section.unsigned(codeAt[i]! + at).unsigned(1).byte(likely ? 1 : 0);
    }
    return section;
  }
}
