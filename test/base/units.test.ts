// Quantities as people write and read them.
import fc from 'fast-check';
import { InputError } from '../../src/base/diagnostics.js';
import { formatBytes, formatPs, parseBytes, parseInteger, parseNodeSet, parsePs } from '../../src/base/units.js';

/** What the action yields, or the message of its fault. */
function outcome<T>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
}

it.each([
  ['4096', 4096], ['64K', 65536], [' 64 kB ', 65536], ['1.5M', 1572864], ['2GiB', 2147483648], ['1T', 2 ** 40],
])('reads %j as a size', (text, bytes) => expect(parseBytes(text, '--memory')).toBe(bytes));

it.each(['', '-1', '64X', '1.3', '9999999999T', 'K', '0x10'])('refuses %j as a size, and says what it expects', (text) => {
  expect(outcome(() => parseBytes(text, '--memory')))
    .toBe(`error: --memory: expected a size such as 4096, 64K, 64M or 2G, not "${text}"`);
});

it.each([['300ns', 300_000], ['1.5us', 1_500_000], ['1 ps', 1], ['2s', 2e12], ['0.25ms', 25e7]])(
  'reads %j as a time', (text, ps) => expect(parsePs(text, '--quantum')).toBe(ps));

it.each(['300', '1.5 hours', 'ns', '-1ns', '99999s'])('refuses %j as a time', (text) => {
  expect(outcome(() => parsePs(text, '--quantum'))).toContain(`--quantum: expected a time with unit`);
});

it('reads whole numbers within their range alone', () => {
  const read = (text: string | number) => outcome(() => parseInteger(text, '--nodes', -4, 64));
  expect(['8', '0x10', '-3', 64].map(read)).toEqual([8, 16, -3, 64]);
  for (const text of ['65', '-5', '1.5', '', '8 nodes', 'Infinity', '-0x1', 0.5, NaN]) {
    expect(read(text)).toBe(`error: --nodes: expected a whole number from -4 to 64, not "${text}"`);
  }
});

it('reads node sets as numactl writes them', () => {
  const read = (text: string) => outcome(() => parseNodeSet(text, '--nodes', 8));
  expect(read('0,2-3')).toEqual([0, 2, 3]);
  expect(read('5-6, 1 ,5')).toEqual([1, 5, 6]);
  expect(read('all')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const text of ['8', '3-2', '', '1,', '0-99999999999', 'a', '-1']) expect(read(text)).toContain('below 8');
});

it.each([
  [12, '12 ps'], [999, '999 ps'], [812_000, '812.0 ns'], [7_800_000, '7.800 us'], [3.2144e9, '3.214 ms'], [2e12, '2.000 s'],
  // Rounding carries into the next unit.
  [999_949, '999.9 ns'], [999_960, '1.000 us'], [999_999_999, '1.000 ms'], [9_999_600, '10.00 us'], [54_321e12, '54321 s'],
])('writes %d ps as %s', (ps, text) => expect(formatPs(ps)).toBe(text));

it('writes sizes that it reads back, for whole multiples of a unit', () => {
  expect([512, 1536, 65536, 3 * 2 ** 30].map(formatBytes)).toEqual(['512', '1.5K', '64K', '3G']);
  fc.assert(fc.property(fc.integer({ min: 1, max: 1023 }), fc.constantFrom(0, 10, 20, 30, 40), (count, shift) =>
    parseBytes(formatBytes(count * 2 ** shift), '') === count * 2 ** shift), { seed: 1 });
});
