// Gives every item its address. Instructions that come in several lengths begin with the first that may fit and move on
// to later ones as addresses become known; they never move back, so lengths settle.
import { evaluateNow } from './expression.js';
import { encodeForm, valuesIn } from './encode.js';
import { Faults } from '../../base/diagnostics.js';
import type { Isa } from '../lang/model.js';
import { failToken } from './lines.js';
import type { CodeItem, Item, Section, SpaceItem } from './program.js';
import type { Symbols } from './symbols.js';

/** After so many rounds an instruction that still does not fit takes its last form: bounds the time of contrived programs. */
const PATIENCE = 40;

export interface Layout {
  /** The round whose addresses are final. */
  readonly round: number;
  /** The first address behind the program. */
  readonly end: number;
}

export function layOut(sections: readonly Section[], isa: Isa, origin: number, symbols: Symbols, faults: Faults): Layout {
  const flexible = sections.flatMap(({ items }) => items.filter(
    (item): item is CodeItem => item.k === 'code' && new Set(item.candidates.map(({ form }) => form.instruction.bits)).size > 1));
  for (let round = 1; ; round++) {
    const end = place(sections, isa, origin, round, symbols, faults);
    let moved = false;
    for (const item of flexible) {
      if (fits(item, round, isa)) continue;
      item.choice = round < PATIENCE ? item.choice + 1 : item.candidates.length - 1;
      moved = true;
    }
    if (!moved) return { round, end };
  }
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

function place(sections: readonly Section[], isa: Isa, origin: number, round: number, symbols: Symbols, faults: Faults): number {
  let address = origin;
  for (const section of sections) {
    address = alignUp(address, section.name === '.text' ? 1 : isa.memory.align);
    for (const item of section.items) {
      if (item.k === 'label') {
        item.symbol.value = BigInt(address);
        item.symbol.round = round;
        continue;
      }
      item.address = address;
      if (item.k !== 'data' && item.k !== 'text') item.length = lengthOf(item, address, isa, round, symbols, faults);
      address += item.length;
    }
  }
  return address;
}

function lengthOf(
  item: Exclude<Item, { k: 'label' | 'data' | 'text' }>, address: number, isa: Isa, round: number, symbols: Symbols, faults: Faults,
): number {
  if (item.k === 'code') return item.candidates[item.choice]!.form.instruction.bits / 8;
  if (item.k === 'align') return alignUp(address, item.bytes) - address;
  return faults.collect(() => spaceLength(item, isa, round, symbols)) ?? 0;
}

function spaceLength(item: SpaceItem, isa: Isa, round: number, symbols: Symbols): number {
  const size = typeof item.size === 'bigint' ? item.size : evaluateNow(item.size, round, symbols, '.space');
  if (size >= 0n && size <= BigInt(isa.memory.high)) return Number(size);
  return failToken(item.line, item.head, `.space of ${size} bytes`, `expected 0 to ${isa.memory.high}`);
}

function alignUp(address: number, multiple: number): number {
  return Math.ceil(address / multiple) * multiple;
}
