// Gives every item its address. Instructions that come in several lengths begin with the first that may fit and move on
// to later ones as addresses become known; they never move back, so lengths settle.
import { Faults } from '../../base/diagnostics.js';
import type { Isa } from '../lang/model.js';
import { encodeForm, valuesIn } from './encode.js';
import { evaluateNow } from './expression.js';
import { failToken } from './lines.js';
import type { Build, CodeItem, SpaceItem } from './program.js';

/** An instruction that does not fit after so many rounds takes its last form: bounds the time of contrived programs. */
const PATIENCE = 40;

export interface Layout {
  /** The round whose addresses are final. */
  readonly round: number;
  /** The first address behind the program. */
  readonly end: number;
}

/** Sections behind the first begin at multiples of `align` bytes, but for text. */
export function layOut(build: Build, origin: number, align: number): Layout {
  const { isa } = build.language;
  const items = build.program.inOrder().flatMap((section) => section.items);
  const flexible = items.filter((item): item is CodeItem => item.k === 'code' && comesInLengths(item));
  for (let round = 1; ; round++) {
    const end = place(build, origin, align, round);
    let moved = false;
    for (const item of flexible) {
      if (fits(item, round, isa)) continue;
      item.choice = round < PATIENCE ? item.choice + 1 : item.candidates.length - 1;
      moved = true;
    }
    if (!moved) return { round, end };
  }
}

function comesInLengths({ candidates }: CodeItem): boolean {
  return candidates.some(({ form }) => form.instruction.bits !== candidates[0]!.form.instruction.bits);
}

/** Whether the form in use fits, or the last one is reached, whose misfit the output reports. */
function fits(item: CodeItem, round: number, isa: Isa): boolean {
  if (item.choice === item.candidates.length - 1) return true;
  const candidate = item.candidates[item.choice]!;
  const fitting = new Faults().collect(() => {
    const values = valuesIn(candidate, round);
    return values === undefined || typeof encodeForm(candidate.form, values, item.address, isa.pcWidth) === 'bigint';
  });
  return fitting ?? true;
}

function place(build: Build, origin: number, align: number, round: number): number {
  let address = origin;
  for (const section of build.program.inOrder()) {
    if (section.name !== '.text') address = alignUp(address, align);
    for (const item of section.items) {
      if (item.k === 'label') {
        item.symbol.value = BigInt(address);
        item.symbol.round = round;
        continue;
      }
      item.address = address;
      if (item.k === 'code') item.length = item.candidates[item.choice]!.form.instruction.bits / 8;
      else if (item.k === 'align') item.length = alignUp(address, item.bytes) - address;
      else if (item.k === 'space') item.length = build.faults.collect(() => spaceLength(item, build, round)) ?? 0;
      address += item.length;
    }
  }
  return address;
}

function spaceLength({ size, line, head }: SpaceItem, { language, symbols }: Build, round: number): number {
  const { high } = language.isa.memory;
  const bytes = typeof size === 'bigint' ? size : evaluateNow(size, round, symbols, '.space');
  if (bytes >= 0n && bytes <= BigInt(high)) return Number(bytes);
  return failToken(line, head, `.space of ${bytes} bytes`, `expected 0 to ${high}`);
}

function alignUp(address: number, multiple: number): number {
  return Math.ceil(address / multiple) * multiple;
}
