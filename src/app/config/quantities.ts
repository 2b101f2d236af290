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
    write: (bytes) => (bytes % 1024 === 0 ? formatSize(bytes) : bytes),
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

export function texts(key: string, meaning: string): Field<readonly string[]> {
  const schema = z
    .array(z.string({ error: `${key}: expected a text` }), { error: `${key}: expected a list of texts` })
    .meta({ description: meaning });
  return { key, schema, write: (value) => value };
}

/** A bad value as the user wrote it. */
export function show(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'a mapping'
    : (JSON.stringify(value) ?? 'nothing');
}
