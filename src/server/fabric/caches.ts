// The caches behind L1 of the presets. Sizes are scaled down as memory is, to powers of two, as caches here are made of them.
import type { CacheSpec, Source } from '../spec.js';

/** Of Cascade Lake, and of whatever machine is not known to have others. */
export const CACHES: CacheSpec = { l2Bytes: 64 * 1024, l2Ps: 5_600, llcBytesPerCore: 128 * 1024, llcPs: 24_000 };
export const ICE_LAKE_CACHES: CacheSpec = CACHES;
export const HASWELL_CACHES: CacheSpec = { l2Bytes: 32 * 1024, l2Ps: 4_800, llcBytesPerCore: 256 * 1024, llcPs: 20_000 };

const SIZES = 'intel.com, support article 000027820';

export const CACHE_SOURCES: readonly Source[] = [
  'l2Bytes 64 KiB, llcBytesPerCore 128 KiB: this model\'s choice, scaled down as memory is: Cascade Lake has 1 MiB of L2 and '
    + `1.375 MiB of last-level cache for each core (${SIZES})`,
  'l2Ps 14 cycles, llcPs 60 cycles: Skylake\'s server cores take 14 and 50 to 70 (Intel 64 and IA-32 Architectures Optimization '
    + 'Reference Manual, 2.2.1.3, table 2-6)',
];

export const ICE_LAKE_CACHE_SOURCES: readonly Source[] = [
  `l2Bytes 64 KiB, llcBytesPerCore 128 KiB: as Cascade Lake's: 1.25 MiB and 1.5 MiB for each core (${SIZES}) are a quarter and a `
    + 'tenth more, which is less than the step from one power of two to the next',
  { assumed: ['l2Ps', 'llcPs'], why: '14 cycles and 60, as Cascade Lake\'s: a mesh of more cores, whose L3 answers about as soon' },
];

export const HASWELL_CACHE_SOURCES: readonly Source[] = [
  `llcBytesPerCore 256 KiB: scaled down as Cascade Lake's 1.375 MiB: 2.5 MiB for each core (${SIZES})`,
  'l2Bytes 32 KiB: no less than L1; 256 KiB, scaled down likewise, would be 16',
  {
    assumed: ['l2Ps', 'llcPs'],
    why: '12 cycles, as Ivy Bridge takes (7-cpu.com), and 50: the 20 MiB of an E5-2690, as many as here, answer in 15 to 20 ns, the 45 MiB '
      + 'of an E5-2699 v3 in 20 to 32 (AnandTech, as quoted at poletoparis.com)',
  },
];
