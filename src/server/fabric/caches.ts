// The caches behind L1 that machines have: of Cascade Lake, scaled down as the memory of the presets is.
import type { CacheSpec } from '../spec.js';

export const CACHES: CacheSpec = { l2Bytes: 64 * 1024, l2Ps: 5_600, llcBytesPerCore: 128 * 1024, llcPs: 24_000 };

export const CACHE_SOURCES = [
  'l2Bytes 64 KiB, llcBytesPerCore 128 KiB: this model\'s choice, scaled down as memory is: Cascade Lake has 1 MiB of L2 and '
    + '1.375 MiB of last-level cache for each core',
  'l2Ps 14 cycles, llcPs 60 cycles: Skylake\'s server cores take 14 and 50 to 70 (Intel 64 and IA-32 Architectures Optimization '
    + 'Reference Manual, 2.2.1.3, table 2-6)',
];
