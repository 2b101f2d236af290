// Machines and fabrics by name: literal tables. Every number is named in `sources`, with the measurement or the
// document it was read from, or as an assumption of this model; a test holds the tables to that.
import { fail } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import type { CoreSpec, FabricSpec, KernelCosts, MachineSpec, MemorySpec } from '../spec.js';

export const DEFAULT_MACHINE = 'sds-ethernet-25g';

const MESSAGE_HEADER = 'headerBytes: 38 of Ethernet (IEEE 802.3: preamble 8, header 14, check sequence 4, gap 12); '
  + 'assumption: 26 of the kernels\' own protocol';

const FABRICS: readonly FabricSpec[] = [
  {
    name: 'ethernet-25g',
    description: 'raw 25 Gb/s Ethernet frames through one switch; only kernels talk',
    kind: 'message',
    topology: 'star',
    linkLatencyPs: 500_000,
    switchLatencyPs: 500_000,
    bytesPerSecond: 25e9 / 8,
    headerBytes: 64,
    jitter: 0.05,
    sources: [
      'linkLatencyPs, switchLatencyPs: 1.04 us one way back to back, half the 2.08 us round trip of 32 bytes with '
        + 'kernel bypass (AMD UG1586, "Throughput with Onload"); assumption: 1.5 us with a switch, split evenly',
      'bytesPerSecond: the line rate, 25 Gb/s',
      MESSAGE_HEADER,
      'jitter: assumption: 5 %',
    ],
  },
  {
    name: 'efa',
    description: 'AWS Elastic Fabric Adapter, as measured without tuning: an upper bound; only kernels talk',
    kind: 'message',
    topology: 'star',
    linkLatencyPs: 13_000_000,
    switchLatencyPs: 0,
    bytesPerSecond: 25e9 / 8,
    headerBytes: 64,
    jitter: 0.08,
    sources: [
      'linkLatencyPs, switchLatencyPs: 26 us one way, fi_pingpong of 1 KB: 24.35 and 26.30 us, ten iterations, '
        + 'untuned (github.com/ComputeCanada/puppet-magic_castle/pull/331); half to the network, half from it',
      'bytesPerSecond: 25 Gb/s of one flow over SRD (AWS News Blog, ENA Express, November 2022)',
      MESSAGE_HEADER,
      'jitter: 8 %, the spread of 24.35 to 26.30 us in the same measurement',
    ],
  },
  {
    name: 'numa-4s',
    description: 'full mesh of four sockets; cores load and store remote memory by the line',
    kind: 'load-store',
    topology: 'mesh',
    linkLatencyPs: 500_000,
    switchLatencyPs: 0,
    bytesPerSecond: 12.8e9,
    headerBytes: 64,
    jitter: 0.02,
    sources: [
      'linkLatencyPs: what an interrupt from core to core takes, as kernels wake each other with one; assumption: '
        + '0.5 us, half of a round trip of about 1 us (unseel.com/cs/tlb-shootdown, secondary). Loads and stores '
        + 'take remotePs of the machine instead',
      'switchLatencyPs: a mesh has none',
      'bytesPerSecond: one direction of a 6.4 GT/s QPI link, half of 25.6 GB/s (HP, on the Intel Nehalem '
        + 'microarchitecture, manualsdump.com/en/manuals/hp-smartcache/285990/3)',
      'headerBytes: assumption: one line',
      'jitter: assumption: 2 %',
    ],
  },
];

const CORE: CoreSpec = { cyclePs: 400, lineBytes: 64, l1Sets: 512, tlbEntries: 1024, tlbMissPs: 20_000 };

const CORE_SOURCES = [
  'cyclePs, lineBytes, l1Sets, tlbEntries: this model\'s choice: 2.5 GHz, 32 KiB of lines of 64 bytes, 1,024 entries',
  'tlbMissPs: assumption: a walk whose tables are cached, 50 cycles',
  'nodes, coresPerNode, memoryBytesPerNode: this model\'s choice, scaled down: a guest here lives for milliseconds',
  'pageBytes: the base page of x86-64',
  'timeSlicePs: assumption: 50 us, short as a guest here lives for milliseconds',
];

const CASCADE_LAKE = 'Intel Memory Latency Checker 3.10 on two sockets of Cascade Lake '
  + '(github.com/gjbex/Code-optimization, info/cascadelake_mlc.txt)';

const SERVER_MEMORY: MemorySpec = {
  localPs: 80_800, cacheToCachePs: 49_300, remotePs: 140_400, remoteCacheToCachePs: 114_100,
};

const SERVER_MEMORY_SOURCES = [
  `localPs 80.8 ns, cacheToCachePs 49.3 ns: ${CASCADE_LAKE}`,
  'remotePs 140.4 ns, remoteCacheToCachePs 114.1 ns: the same; they count only under a load/store fabric',
];

const HYPERKERNEL: KernelCosts = {
  stallPs: 1_500_000,
  requestPs: 1_000_000,
  resumePs: 1_000_000,
  invalidatePs: 1_000_000,
  notePs: 300_000,
  vcpuSavePs: 2_000_000,
  vcpuRestorePs: 1_500_000,
  contextSwitchPs: 1_000_000,
  guestCallPs: 800_000,
  sources: [
    'stallPs: a VM exit costs about 2,000 cycles directly (Landau et al., SplitX, WIOV 2011), 0.8 us at 2.5 GHz; '
      + 'assumption: 1.5 us with the page table work and the decision',
    'requestPs, resumePs, invalidatePs: assumption: 1 us each, an interrupt and one page table entry',
    'notePs: assumption: 0.3 us, a table entry and no interrupt of the guest',
    'vcpuSavePs: assumption: 2 us, the exit included (so stallPs does not come on top); vcpuRestorePs: '
      + 'assumption: 1.5 us',
    'contextSwitchPs: assumption: 1 us, state already in memory',
    'guestCallPs: the VM exit of SplitX, 2,000 cycles',
  ],
};

const OPERATING_SYSTEM: KernelCosts = {
  stallPs: 575_000,
  requestPs: 300_000,
  resumePs: 440_000,
  invalidatePs: 200_000,
  notePs: 100_000,
  vcpuSavePs: 1_500_000,
  vcpuRestorePs: 1_000_000,
  contextSwitchPs: 1_000_000,
  guestCallPs: 200_000,
  sources: [
    'stallPs, resumePs: a minor fault of Linux 6.6 takes 575 ns at least and 1,013 ns in the median; the first is '
      + 'taken for the way in, the difference for the way out (ddumbying.vercel.app/experiments/pagefault-latency)',
    'requestPs, notePs: assumption: 0.3 and 0.1 us, look-ups in shared kernel tables',
    'invalidatePs: assumption: 0.2 us for each receiver of a shootdown (unseel.com/cs/tlb-shootdown, secondary)',
    'vcpuSavePs, vcpuRestorePs, contextSwitchPs: assumption: a thread switch of about 1 us on either side, and a '
      + 'wake-up across sockets',
    'guestCallPs: assumption: 0.2 us, a system call',
  ],
};

const server = (name: string, fabric: FabricSpec): MachineSpec => ({
  name,
  description: `software-defined server over ${fabric.name}: ${fabric.description}`,
  nodes: 4,
  coresPerNode: 2,
  memoryBytesPerNode: 64 * 2 ** 20,
  pageBytes: 4096,
  core: CORE,
  memory: SERVER_MEMORY,
  fabric,
  kernel: HYPERKERNEL,
  quantumPs: null,
  timeSlicePs: 50_000_000,
  vcpuStateBytes: 6400,
  sources: [
    ...CORE_SOURCES,
    ...SERVER_MEMORY_SOURCES,
    'vcpuStateBytes: 6,400 bytes of a vCPU in one message (US 11,175,927)',
  ],
});

const MACHINES: readonly MachineSpec[] = [
  server(DEFAULT_MACHINE, fabricPreset('ethernet-25g')),
  server('sds-efa', fabricPreset('efa')),
  {
    name: 'numa-4s',
    description: 'four-socket NUMA server under one operating system: loads and stores across nodes',
    nodes: 4,
    coresPerNode: 4,
    memoryBytesPerNode: 64 * 2 ** 20,
    pageBytes: 4096,
    core: CORE,
    memory: { localPs: 135_000, cacheToCachePs: 49_300, remotePs: 198_000, remoteCacheToCachePs: 114_100 },
    fabric: fabricPreset('numa-4s'),
    kernel: OPERATING_SYSTEM,
    quantumPs: 1_000_000,
    timeSlicePs: 50_000_000,
    vcpuStateBytes: 4096,
    sources: [
      ...CORE_SOURCES,
      'localPs 135 ns, remotePs 198 ns: four E7-4800 in a full mesh, 135 to 136 and 194 to 202 ns ("Memory '
        + 'Latencies on Intel Xeon Processor E5-4600 and E7-4800 product families", Intel, January 2014)',
      `cacheToCachePs 49.3 ns, remoteCacheToCachePs 114.1 ns: of another machine, ${CASCADE_LAKE}`,
      'quantumPs: this model\'s choice: 1 us',
      'vcpuStateBytes: assumption: registers, vector state and the hot top of a kernel stack',
    ],
  },
];

/** Names that `machinePreset` knows; the default first. */
export function machineNames(): string[] {
  return MACHINES.map((machine) => machine.name);
}

/** The machine of that name; an InputError with a suggestion if there is none. */
export function machinePreset(name: string): MachineSpec {
  return find('machine', MACHINES, name);
}

/** Names that `fabricPreset` knows. Any of them may replace the fabric of any machine. */
export function fabricNames(): string[] {
  return FABRICS.map((fabric) => fabric.name);
}

/** The fabric of that name; an InputError with a suggestion if there is none. */
export function fabricPreset(name: string): FabricSpec {
  return find('fabric', FABRICS, name);
}

function find<T extends { readonly name: string }>(what: string, table: readonly T[], name: string): T {
  const names = table.map((entry) => entry.name);
  return table.find((entry) => entry.name === name)
    ?? fail(`unknown ${what} "${name}"`, undefined, didYouMean(name, names) ?? `known: ${names.join(', ')}`);
}
