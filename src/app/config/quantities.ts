// Quantities of a machine file: how people write them, the ranges they are held to, and how they are written back.
// Times, sizes and bandwidths are exact: reading what was written gives the same number.
import { z } from 'zod';
import { InputError } from '../../base/diagnostics.js';
import { formatPs, parseBytes, parsePs } from '../../base/units.js';
import { formatBandwidth, formatSize, formatTime, parseBandwidth } from './exact-units.js';

/** One entry of a machine file that stands for a `T` of the machine. */
export interface Field<T> {
  /** Its key in the file. */
  readonly key: string;
  readonly schema: z.ZodType<T, unknown>;
  readonly write: (value: T) => unknown;
}

function scalar<T>(key: string, meaning: string, example: string, read: (text: string) => T): z.ZodType<T, unknown> {
  return z
    .union([z.string(), z.number()], {
      error: (issue) => `${key}: expected a value such as ${example}, not ${show(issue.input)}`,
    })
    .transform((value, context) => {
      try {
        return read(String(value));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        context.addIssue({ code: 'custom', message: error.diagnostics[0]!.message });
        return z.NEVER;
      }
    })
    .meta({ description: `${meaning}, such as ${example}` });
}

function within(key: string, value: number, min: number, max: number, format: (value: number) => string): number {
  if (value < min || value > max) {
    throw new InputError([{ message: `${key}: expected ${format(min)} to ${format(max)}, not ${format(value)}` }]);
  }
  return value;
}

/** Picoseconds within [minPs, maxPs]. */
export function time(key: string, meaning: string, minPs = 0, maxPs = 1e12): Field<number> {
  return {
    key,
    schema: scalar(key, meaning, '80.8ns', (text) =>
      within(key, parsePs(text === '0' ? '0ps' : text, key), minPs, maxPs, formatPs),
    ),
    write: formatTime,
  };
}

/** Bytes within [min, max]. */
export function size(key: string, meaning: string, min: number, max: number): Field<number> {
  return {
    key,
    schema: scalar(key, meaning, formatSize(min < 2 ? 64 : min), (text) =>
      within(key, parseBytes(text, key), min, max, formatSize),
    ),
    write: (bytes) => (bytes > 0 && bytes % 1024 === 0 ? formatSize(bytes) : bytes),
  };
}

/** Bytes, a power of two within [min, max]. */
export function powerOfTwo(key: string, meaning: string, min: number, max: number): Field<number> {
  const sized = size(key, meaning, min, max);
  return {
    ...sized,
    schema: sized.schema.refine((bytes) => Number.isInteger(Math.log2(bytes)), {
      error: `${key}: expected a power of two`,
    }),
  };
}

export function bandwidth(key: string, meaning: string): Field<number> {
  return {
    key,
    schema: scalar(key, meaning, '25Gb/s', (text) => {
      const bytes = parseBandwidth(text);
      if (bytes === undefined)
        throw new InputError([
          { message: `${key}: expected a bandwidth such as 25Gb/s (bits) or 3GB/s (bytes), not "${text}"` },
        ]);
      return within(key, bytes, 1e5, 1e14, formatBandwidth);
    }),
    write: formatBandwidth,
  };
}

/** A whole number within [min, max]. */
export function count(key: string, meaning: string, min: number, max: number): Field<number> {
  const error = (issue: { readonly input?: unknown }): string =>
    `${key}: expected a whole number from ${min} to ${max}, not ${show(issue.input)}`;
  return {
    key,
    schema: z.int({ error }).min(min, { error }).max(max, { error }).meta({ description: meaning }),
    write: (value) => value,
  };
}

/** A number within [min, max]. */
export function number(key: string, meaning: string, min: number, max: number): Field<number> {
  const error = (issue: { readonly input?: unknown }): string =>
    `${key}: expected a number from ${min} to ${max}, not ${show(issue.input)}`;
  return {
    key,
    schema: z.number({ error }).min(min, { error }).max(max, { error }).meta({ description: meaning }),
    write: (value) => value,
  };
}

/** Values parted by spaces, at least `min` of them. Written as nothing when there are none. */
export function list(element: Field<number>, meaning: string, example: string, min: number): Field<readonly number[]> {
  const { key } = element;
  return {
    key,
    schema: scalar(key, meaning, example, (text) => {
      const words = text.trim().split(/\s+/).filter((word) => word !== '');
      if (words.length < min) throw new InputError([{ message: `${key}: expected at least ${plural(min, 'value')}` }]);
      return words.map((word) => readElement(element, word));
    }),
    write: (values) => {
      const words = values.map((value) => element.write(value));
      return words.length < 2 ? words[0] : words.join(' ');
    },
  };
}

function readElement({ schema }: Field<number>, word: string): number {
  const result = schema.safeParse(/^\d+$/.test(word) ? Number(word) : word);
  if (!result.success) throw new InputError(result.error.issues.map(({ message }) => ({ message })));
  return result.data;
}

/** Hops from node to node, a row for each node, its numbers parted by spaces; null is written as nothing. */
export function hopRows(key: string, meaning: string, max: number): Field<readonly (readonly number[])[] | null> {
  const row = list(count(key, meaning, 0, max), meaning, '0 1 1 2', 1);
  const expected = `${key}: expected a list of rows such as 0 1 1 2`;
  const schema = z.array(row.schema, { error: expected }).superRefine((rows, context) => {
    const fault = (i: number, message: string): void =>
      context.addIssue({ code: 'custom', path: [i], message: `${key}: ${message}` });
    rows.forEach((values, from) => {
      if (values.length !== rows.length) {
        fault(from, `expected ${plural(rows.length, 'number')}, one for each row, not ${values.length}`);
      } else if (values.some((hops, to) => (hops === 0) !== (from === to))) {
        fault(from, `expected 0 at place ${from + 1}, of the node itself, and nowhere else`);
      }
    });
  }).meta({ description: meaning });
  return { key, schema, write: (rows) => rows?.map((values) => row.write(values)) };
}

/** An entry that may be missing, for null. */
export function orNull(field: Field<number>): Field<number | null> {
  return { key: field.key, schema: field.schema, write: (value) => (value === null ? undefined : field.write(value)) };
}

/** A value, or a word that stands for null. */
export function orWord(field: Field<number>, name: string, description: string): Field<number | null> {
  return {
    key: field.key,
    schema: z.literal(name).transform(() => null).or(field.schema).meta({ description }),
    write: (value) => (value === null ? name : field.write(value)),
  };
}

/** One of a few words. */
export function word<T extends string>(key: string, meaning: string, words: readonly [T, ...T[]]): Field<T> {
  const error = (issue: { readonly input?: unknown }): string =>
    `${key}: expected ${words.join(' or ')}, not ${show(issue.input)}`;
  return {
    key,
    schema: z.enum(words, { error }).meta({ description: meaning }) as unknown as z.ZodType<T, unknown>,
    write: (value) => value,
  };
}

export function text(key: string, meaning: string): Field<string> {
  return {
    key,
    schema: z.string({ error: `${key}: expected a text` }).meta({ description: meaning }),
    write: (value) => value,
  };
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A bad value as the user wrote it. */
export function show(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'a mapping'
    : (JSON.stringify(value) ?? 'nothing');
}
