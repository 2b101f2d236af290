// The entry `sources` of a machine file: texts, and which of its figures are assumed. A file names figures by their keys.
import { z } from 'zod';
import { didYouMean } from '../../base/suggest.js';
import type { Source } from '../../server/spec.js';
import type { Field } from './quantities.js';

/** `keyOf` gives the key of each figure that the list may speak of, by the name of its field. */
export function sourcesField(keyOf: () => ReadonlyMap<string, string>): Field<readonly Source[]> {
  const assumption = z.strictObject({
    assumed: z.string().meta({ description: 'Keys of figures that are assumed, parted by spaces' }),
    why: z.string().meta({ description: 'Why so, and what that rests on' }),
  });
  const entry = z.union([z.string(), assumption], {
    error: 'sources: expected a text, or which figures are assumed and why: { assumed: switchLatency, why: ... }',
  }).transform((source, context): Source => {
    if (typeof source === 'string') return source;
    const fields = new Map([...keyOf()].map(([name, key]) => [key, name]));
    const keys = source.assumed.split(/[\s,]+/).filter((key) => key !== '');
    for (const key of keys.filter((each) => !fields.has(each))) {
      const hint = didYouMean(key, [...fields.keys()]) ?? `figures: ${[...fields.keys()].join(', ')}`;
      context.addIssue({ code: 'custom', path: ['assumed'], message: `sources: there is no figure "${key}" here`, params: { hint } });
    }
    return { assumed: keys.map((key) => fields.get(key) ?? key), why: source.why };
  });
  const schema = z
    .array(entry, { error: 'sources: expected a list of texts' })
    .meta({ description: 'Where the figures come from, and which are assumed: those are what compare --sensitivity varies' });
  const write = (sources: readonly Source[]): unknown => {
    const keys = keyOf();
    return sources.map((source) => (typeof source === 'string' ? source
      : { assumed: source.assumed.map((name) => keys.get(name) ?? name).join(' '), why: source.why }));
  };
  return { key: 'sources', schema, write };
}
