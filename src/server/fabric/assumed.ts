// The costs of a machine that are assumed, as its sources say: what they are, and the same machine with one of them changed.
import type { MachineSpec, Source } from '../spec.js';

export interface AssumedCost {
  /** `kernel.stallPs`, `timeSlicePs`: where it stands in a MachineSpec. */
  readonly name: string;
  readonly path: readonly string[];
  readonly value: number | readonly number[];
  /** Why it is assumed, and what that rests on. */
  readonly source: string;
}

/** Assumptions that cost nothing: the shape of a network, and what is shown alone. */
const NO_COSTS: ReadonlySet<string> = new Set(['leafNodes', 'slit']);

/** In the order of the machine's sources: kernel, fabric, then the machine's own. */
export function assumedCosts(machine: MachineSpec): AssumedCost[] {
  const { kernel, fabric } = machine;
  return [
    ...costsOf(kernel.sources, (name) => ['kernel', name]), ...costsOf(fabric.sources, (name) => ['fabric', name]),
    ...costsOf(machine.sources, (name) => ownPath(machine, name)),
  ].flatMap(({ path, why }) => {
    const value = path.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], machine);
    const isCost = isFigure(value) && !NO_COSTS.has(path.at(-1)!) && [value].flat().some((each) => each > 0);
    return isCost ? [{ name: path.join('.'), path, value, source: why }] : [];
  });
}

/** The machine with this cost times `factor`. */
export function withFactor(machine: MachineSpec, { path, value }: AssumedCost, factor: number): MachineSpec {
  const scaled = (each: number): number => (/(?:Ps|Bytes)$/.test(path.at(-1)!) ? Math.round(each * factor) : each * factor);
  return replaced(machine, path, typeof value === 'number' ? scaled(value) : value.map(scaled)) as MachineSpec;
}

/** The sources without these figures, which have others now. */
export function withoutAssumed(sources: readonly Source[], names: ReadonlySet<string>): readonly Source[] {
  return sources.flatMap((source): readonly Source[] => {
    if (typeof source === 'string') return [source];
    const assumed = source.assumed.filter((name) => !names.has(name));
    return assumed.length > 0 ? [{ ...source, assumed }] : [];
  });
}

function costsOf(
  sources: readonly Source[], pathOf: (name: string) => readonly string[],
): { readonly path: readonly string[]; readonly why: string }[] {
  return sources.flatMap((source) => (
    typeof source === 'string' ? [] : source.assumed.map((name) => ({ path: pathOf(name), why: source.why }))));
}

/** Its sources speak for itself and for those parts that have none of their own. */
function ownPath(machine: MachineSpec, name: string): readonly string[] {
  const part = Object.entries(machine).find(([, value]) => isRecord(value) && !('sources' in value) && name in value);
  return name in machine || !part ? [name] : [part[0], name];
}

function replaced(at: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const record = at as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaced(record[key], rest, value) };
}

function isFigure(value: unknown): value is number | readonly number[] {
  return typeof value === 'number' || (Array.isArray(value) && value.every((each) => typeof each === 'number'));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
