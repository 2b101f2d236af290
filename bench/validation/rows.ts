// A row of the validation: what was published, what is expected of the model, and what it measured.

export interface Row {
  readonly name: string;
  readonly published: string;
  readonly expected: string;
  readonly measured: string;
  readonly holds: boolean;
  /** As numbers, in the unit that the texts name. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Three digits, as measurements have them. */
function show(value: number, unit: string): string {
  return `${Number(value.toPrecision(value >= 1000 ? 4 : 3))}${unit && ` ${unit}`}`;
}

/** The value is to lie between two others. */
export function between(name: string, published: string, unit: string, low: number, high: number, value: number): Row {
  return {
    name, published, expected: `${low} to ${high}`, measured: show(value, unit), holds: value >= low && value <= high, value, low, high,
  };
}

/** The value is to lie within so many percent of what was published; `note` says how that came about. */
export function near(name: string, published: number, unit: string, percent: number, value: number, note = ''): Row {
  const low = published * (1 - percent / 100);
  const high = published * (1 + percent / 100);
  return {
    name, published: `${published}${unit && ` ${unit}`}`, expected: `within ${percent} %${note && `, ${note}`}`, measured: show(value, unit),
    holds: value >= low && value <= high, value, low, high,
  };
}
