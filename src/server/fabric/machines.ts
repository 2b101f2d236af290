// Machines by name: a literal table. Every number is named in `sources`, with the measurement or the document it was read
// from, or as an assumption of this model; a test holds the table to that.
import type { CoreSpec, FabricSpec, LoadSpec, MachineSpec, MemorySpec, Reserve, Source } from '../spec.js';
import {
  CACHE_SOURCES, CACHES, HASWELL_CACHE_SOURCES, HASWELL_CACHES, ICE_LAKE_CACHE_SOURCES, ICE_LAKE_CACHES,
} from './caches.js';
import { FABRICS } from './fabrics.js';
import { HYPERKERNEL, OPERATING_SYSTEM } from './kernel-costs.js';

export const DEFAULT_MACHINE = 'sds-ethernet-25g';

const CORE: CoreSpec = { cyclePs: 400, lineBytes: 64, l1Sets: 512, tlbEntries: 1024, tlbMissPs: 20_000 };

/** Lines that a core has under way when it reads a stream. */
const STREAM_LINES = 16;

const NO_RESERVE: Reserve = { cores: 0, memoryBytes: 0 };

const CORE_SOURCES: readonly Source[] = [
  'cyclePs, lineBytes, l1Sets, tlbEntries: this model\'s choice: 2.5 GHz, 32 KiB of lines of 64 bytes, 1,024 entries',
  { assumed: ['tlbMissPs'], why: 'a walk whose tables are cached, 50 cycles' },
  'streamLines: 16: calibrated: 18 cores of Cascade Lake with so many lines under way each have 156 ns for a line at 113.1 GB/s, '
    + 'as measured under full load (cascadelake_mlc.txt); its cores have 12 line fill buffers beside the prefetchers of L2',
  'nodes, coresPerNode, memoryBytesPerNode: this model\'s choice, scaled down: a guest here lives for milliseconds',
  'pageBytes: the base page of x86-64',
  {
    assumed: ['timeSlicePs'],
    why: '50 us, as a guest here lives for milliseconds: a fourteenth of the base slice of Linux, 0.70 ms (sysctl_sched_base_slice, '
      + 'kernel/sched/fair.c of 6.12); a slice of Xen\'s Credit has 30 ms (wiki.xen.org/wiki/CreditScheduler)',
  },
];

const CASCADE_LAKE = 'Intel Memory Latency Checker 3.10 on two sockets of Cascade Lake '
  + '(github.com/gjbex/Code-optimization, info/cascadelake_mlc.txt)';

const SERVER_MEMORY: MemorySpec = {
  localPs: 80_800, cacheToCachePs: 49_300, remotePs: 140_400, remoteCacheToCachePs: 114_100, fartherPs: [], streamLines: STREAM_LINES,
};

const SERVER_MEMORY_SOURCES = [
  `localPs 80.8 ns, cacheToCachePs 49.3 ns: ${CASCADE_LAKE}`,
  'remotePs 140.4 ns, remoteCacheToCachePs 114.1 ns: the same; they count only under a load/store fabric',
];

/** Fitted to the loaded latencies of Cascade Lake; `controllerBytesPerSecond` is the machine's own. */
const loaded = (controllerBytesPerSecond: number): LoadSpec => ({ controllerBytesPerSecond, queuePs: 38_000, queueBend: 0.5 });

const SERVER_LOAD = loaded(113.1e9);

const LOADED_LATENCY = 'queuePs, queueBend: fitted to the loaded latencies of the same log, both sockets reading: 90.1 ns at 40.5 '
  + 'GB/s, 103.1 at 120.2, 119.7 at 181.5 and 156 at 226';

const SERVER_LOAD_SOURCES = [
  `controllerBytesPerSecond 113.1 GB/s: all cores of a socket reading its memory, ${CASCADE_LAKE}; 80 % of six channels of 2,933 `
    + 'MT/s and eight bytes',
  LOADED_LATENCY,
];

const CURVE_OF_ANOTHER = 'queuePs, queueBend: as Cascade Lake\'s, see numa-2s';
const READ_ALIKE = 'read as well as Cascade Lake\'s, by 80.3 %';

const FIRMWARE_DISTANCE = '21 to the next socket, as firmware of two sockets has it (stevescargall.com, November 2022)';
const FIRMWARE_SLIT = `slit: ${FIRMWARE_DISTANCE}`;

const fabric = (name: string): FabricSpec => FABRICS.find((entry) => entry.name === name)!;

/** Several servers of one kind under hyperkernels. */
const softwareDefined = (fabricName: string, changes: Partial<MachineSpec> = {}): MachineSpec => ({
  name: `sds-${fabricName}`,
  description: `software-defined server over ${fabricName}: ${fabric(fabricName).description}`,
  nodes: 4,
  coresPerNode: 2,
  memoryBytesPerNode: 64 * 2 ** 20,
  reserve: NO_RESERVE,
  unequal: null,
  pageBytes: 4096,
  core: CORE,
  caches: CACHES,
  memory: SERVER_MEMORY,
  load: SERVER_LOAD,
  slit: [20],
  fabric: fabric(fabricName),
  kernel: HYPERKERNEL,
  quantumPs: null,
  timeSlicePs: 50_000_000,
  vcpuStateBytes: 6400,
  sources: [
    ...CORE_SOURCES,
    ...CACHE_SOURCES,
    ...SERVER_MEMORY_SOURCES,
    ...SERVER_LOAD_SOURCES,
    'slit: 20, what QEMU takes for another node when it is told nothing (its numa.h); the guest itself sees '
      + 'one memory',
    'vcpuStateBytes: 6,400 bytes of a vCPU in one message (US 11,175,927)',
  ],
  ...changes,
});

/** One server of several sockets under one operating system. */
const sockets = (
  spec: Pick<MachineSpec, 'name' | 'description' | 'nodes' | 'caches' | 'memory' | 'load' | 'slit'>, sources: readonly Source[],
): MachineSpec => ({
  coresPerNode: 4,
  memoryBytesPerNode: 64 * 2 ** 20,
  reserve: NO_RESERVE,
  unequal: null,
  pageBytes: 4096,
  core: CORE,
  fabric: fabric(spec.name),
  kernel: OPERATING_SYSTEM,
  quantumPs: 1_000_000,
  timeSlicePs: 50_000_000,
  vcpuStateBytes: 4096,
  ...spec,
  sources: [
    ...CORE_SOURCES,
    ...sources,
    'quantumPs: this model\'s choice: 1 us',
    { assumed: ['vcpuStateBytes'], why: 'registers, vector state and the hot top of a kernel stack' },
  ],
});

/** These sockets are of other kinds; Cascade Lake's caches stand in. */
const CACHES_OF_ANOTHER: readonly Source[] = [
  ...CACHE_SOURCES, `cacheToCachePs 49.3 ns, remoteCacheToCachePs 114.1 ns: of another machine, ${CASCADE_LAKE}`,
];

export const MACHINES: readonly MachineSpec[] = [
  softwareDefined('ethernet-25g'),
  softwareDefined('ethernet-10g'),
  softwareDefined('ethernet-100g'),
  softwareDefined('ethernet-25g-racks', { nodes: 8, slit: [20, 30], sources: [
    ...CORE_SOURCES, ...CACHE_SOURCES, ...SERVER_MEMORY_SOURCES, ...SERVER_LOAD_SOURCES,
    {
      assumed: ['slit'],
      why: '30 to another rack; 20 within a rack, what QEMU takes for another node when it is told nothing (its numa.h)',
    },
    'vcpuStateBytes: 6,400 bytes of a vCPU in one message (US 11,175,927)',
  ] }),
  softwareDefined('rdma-100g'),
  softwareDefined('efa'),
  softwareDefined('efa-tuned'),
  softwareDefined('tcp-25g'),
  sockets({
    name: 'numa-2s',
    description: 'two-socket NUMA server under one operating system: loads and stores across nodes',
    nodes: 2,
    caches: CACHES,
    memory: SERVER_MEMORY,
    load: SERVER_LOAD,
    slit: [21],
  }, [
    ...CACHE_SOURCES,
    `localPs 80.8 ns, remotePs 140.4 ns, cacheToCachePs 49.3 ns, remoteCacheToCachePs 114.1 ns: ${CASCADE_LAKE}`,
    ...SERVER_LOAD_SOURCES,
    FIRMWARE_SLIT,
  ]),
  sockets({
    name: 'numa-2s-ice-lake',
    description: 'two sockets of Ice Lake under one operating system, as predicted from those of Cascade Lake',
    nodes: 2,
    caches: ICE_LAKE_CACHES,
    memory: {
      ...SERVER_MEMORY, localPs: 79_400, remotePs: 138_800, cacheToCachePs: 64_200, remoteCacheToCachePs: 127_200,
    },
    load: loaded(164.5e9),
    slit: [21],
  }, [
    ...ICE_LAKE_CACHE_SOURCES,
    'localPs: Cascade Lake\'s 80.8 ns; row, column and line out of DDR4-3200 (22-22) take 30.0 ns, out of its DDR4-2933 (21-21) 31.4',
    'remotePs: Cascade Lake\'s 140.4 ns less the same, and 0.2 as a line passes a link of 11.2 GT/s, not 10.4',
    'cacheToCachePs 64.2 ns, remoteCacheToCachePs 127.2 ns: Intel Memory Latency Checker 3.10 on two Platinum 8360Y '
      + '(github.com/gjbex/Code-optimization, info/icelake_mlc.txt)',
    `controllerBytesPerSecond: eight channels of 3,200 MT/s and eight bytes (Intel, Platinum 8360Y), ${READ_ALIKE}`,
    CURVE_OF_ANOTHER,
    FIRMWARE_SLIT,
  ]),
  sockets({
    name: 'numa-2s-haswell',
    description: 'two sockets of E5-2630 v3 under one operating system, as predicted from those of Cascade Lake',
    nodes: 2,
    caches: HASWELL_CACHES,
    memory: {
      ...SERVER_MEMORY, localPs: 81_600, remotePs: 142_100, cacheToCachePs: 36_600, remoteCacheToCachePs: 76_000,
    },
    load: loaded(48e9),
    slit: [21],
  }, [
    ...HASWELL_CACHE_SOURCES,
    'localPs: Cascade Lake\'s 80.8 ns; row, column and line out of DDR4-1866 (13-13) take 32.2 ns, out of its DDR4-2933 (21-21) 31.4',
    'remotePs: Cascade Lake\'s 140.4 ns, the same, and 0.9 as a line passes a link of 8 GT/s, not 10.4',
    'cacheToCachePs 36.6 ns, remoteCacheToCachePs 76.0 ns: Intel Memory Latency Checker 3.1a on two E5-2680 v3, of the same generation '
      + '(github.com/gjbex/Code-optimization, info/haswell_mlc.txt)',
    `controllerBytesPerSecond: four channels of 1,866 MT/s and eight bytes (Intel, E5-2630 v3), ${READ_ALIKE}`,
    CURVE_OF_ANOTHER,
    FIRMWARE_SLIT,
  ]),
  sockets({
    name: 'numa-4s',
    description: 'four-socket NUMA server under one operating system: loads and stores across nodes',
    nodes: 4,
    caches: CACHES,
    memory: {
      localPs: 135_000, cacheToCachePs: 49_300, remotePs: 198_000, remoteCacheToCachePs: 114_100, fartherPs: [], streamLines: STREAM_LINES,
    },
    load: loaded(27.4e9),
    slit: [21],
  }, [
    'localPs 135 ns, remotePs 198 ns: four E7-4800 in a full mesh, 135 to 136 and 194 to 202 ns ("Memory '
      + 'Latencies on Intel Xeon Processor E5-4600 and E7-4800 product families", Intel, January 2014)',
    ...CACHES_OF_ANOTHER,
    {
      assumed: ['controllerBytesPerSecond'],
      why: `four memory buffers, each worth a channel of 1,066 MT/s and eight bytes, ${READ_ALIKE}`,
    },
    CURVE_OF_ANOTHER,
    FIRMWARE_SLIT,
  ]),
  sockets({
    name: 'numa-4s-ring',
    description: 'four sockets in a ring under one operating system: the socket across is two hops away',
    nodes: 4,
    caches: CACHES,
    memory: {
      localPs: 71_000, cacheToCachePs: 49_300, remotePs: 198_000, remoteCacheToCachePs: 114_100, fartherPs: [325_000], streamLines: STREAM_LINES,
    },
    load: loaded(41.1e9),
    slit: [21, 31],
  }, [
    'localPs 71 ns, fartherPs 325 ns: four E5-4600 in a ring, the best and the worst pair (a gist of eagafonov, secondary)',
    { assumed: ['remotePs'], why: '198 ns, halfway between' },
    ...CACHES_OF_ANOTHER,
    `controllerBytesPerSecond: four channels of 1,600 MT/s and eight bytes (Intel, E5-4600), ${READ_ALIKE}`,
    CURVE_OF_ANOTHER,
    { assumed: ['slit'], why: `31 to the socket across; ${FIRMWARE_DISTANCE}` },
  ]),
  sockets({
    name: 'numa-8s',
    description: 'eight-socket NUMA server without node controllers: loads and stores over one hop or two; synthetic',
    nodes: 8,
    caches: CACHES,
    memory: {
      localPs: 90_000, cacheToCachePs: 49_300, remotePs: 150_000, remoteCacheToCachePs: 114_100, fartherPs: [220_000], streamLines: STREAM_LINES,
    },
    load: loaded(102.8e9),
    slit: [21, 31],
  }, [
    {
      assumed: ['localPs', 'remotePs', 'fartherPs'],
      why: '90, 150 and 220 ns, within the 140 to 410 ns that a study of eight Xeon 8180 and its like spans from near to far (Melody, '
        + 'arXiv 2409.14317)',
    },
    ...CACHES_OF_ANOTHER,
    `controllerBytesPerSecond: six channels of 2,666 MT/s and eight bytes (Intel, Platinum 8180), ${READ_ALIKE}`,
    CURVE_OF_ANOTHER,
    { assumed: ['slit'], why: `31 over two hops; ${FIRMWARE_DISTANCE}` },
  ]),
  softwareDefined('cxl-pool', {
    name: 'cxl-pool',
    description: 'hosts under hyperkernels that reach each other\'s memory in a CXL pool, which takes hardware of CXL 3',
    memory: { ...SERVER_MEMORY, remotePs: 160_800, remoteCacheToCachePs: 321_600 },
    quantumPs: 1_000_000,
    sources: [
      ...CORE_SOURCES,
      ...CACHE_SOURCES,
      `localPs 80.8 ns, cacheToCachePs 49.3 ns: ${CASCADE_LAKE}`,
      ...SERVER_LOAD_SOURCES,
      'remotePs: 80 ns more than local; a small pool of 8 to 16 sockets adds 70 to 90 ns (Pond, as summarised at '
        + 'khale.github.io/mem-systems-w26/blog/pond)',
      { assumed: ['remoteCacheToCachePs'], why: 'twice that, the line goes back to the pool first' },
      'slit: 20, what QEMU takes for another node when it is told nothing (its numa.h)',
      'quantumPs: this model\'s choice: 1 us',
      'vcpuStateBytes: 6,400 bytes of a vCPU in one message (US 11,175,927)',
    ],
  }),
];
