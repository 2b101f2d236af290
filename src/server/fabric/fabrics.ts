// Fabrics by name: a literal table. Every number is named in `sources`, with the measurement or the document it was read
// from, or as an assumption of this model; a test holds the table to that.
import type { FabricSpec, Source } from '../spec.js';

const PLAIN = { leafNodes: null, uplinkBytesPerSecond: null, hops: null } as const;

const MESSAGE_HEADER: Source = {
  assumed: ['headerBytes'],
  why: '26 of the kernels\' own protocol, beside 38 of Ethernet (IEEE 802.3: preamble 8, header 14, check sequence 4, gap 12)',
};

const BACK_TO_BACK = '1.04 us one way back to back, half the 2.08 us round trip of 32 bytes with kernel bypass '
  + '(AMD UG1586, "Throughput with Onload")';

const JITTER: Source = { assumed: ['jitter'], why: '5 %' };

/** Raw frames through switches; what differs is the line rate and what the adapter and the switch take. */
const ethernet = (
  gigabits: number, more: Pick<FabricSpec, 'linkLatencyPs' | 'switchLatencyPs'>, latency: string,
): FabricSpec => ({
  ...PLAIN,
  ...more,
  name: `ethernet-${gigabits}g`,
  description: `raw ${gigabits} Gb/s Ethernet frames through one switch; only kernels talk`,
  kind: 'message',
  topology: 'star',
  bytesPerSecond: (gigabits * 1e9) / 8,
  headerBytes: 64,
  jitter: 0.05,
  sources: [
    { assumed: ['linkLatencyPs', 'switchLatencyPs'], why: `${latency}; ${BACK_TO_BACK}` },
    `bytesPerSecond: the line rate, ${gigabits} Gb/s`, MESSAGE_HEADER, JITTER,
  ],
});

const ETHERNET_25G = ethernet(25, { linkLatencyPs: 500_000, switchLatencyPs: 500_000 },
  '1.5 us with a switch, split evenly');

const INTERRUPT: Source = {
  assumed: ['linkLatencyPs'],
  why: '0.5 us, what an interrupt from core to core takes, as kernels wake each other with one: half of a round trip of about 1 us '
    + '(unseel.com/cs/tlb-shootdown, secondary). Loads and stores take remotePs of the machine instead',
};

const LINE_HEADER: readonly Source[] = [{ assumed: ['headerBytes'], why: 'one line' }, { assumed: ['jitter'], why: '2 %' }];

const QPI = 'bytesPerSecond: one direction of a 6.4 GT/s QPI link, half of 25.6 GB/s (HP, on the Intel Nehalem '
  + 'microarchitecture, manualsdump.com/en/manuals/hp-smartcache/285990/3)';

const LINKS_ALIKE = 'used as well as numa-2s uses two links of 10.4 GT/s, by 82.5 %; two of the three that its '
  + 'processors have are taken to be wired';

/** Sockets: kernels wake each other with interrupts, and cores reach further memory by the line. */
const sockets = (
  spec: Pick<FabricSpec, 'name' | 'description' | 'topology' | 'bytesPerSecond'>, bandwidth: Source,
): FabricSpec => ({
  ...PLAIN,
  ...spec,
  kind: 'load-store',
  linkLatencyPs: 500_000,
  switchLatencyPs: spec.topology === 'mesh' ? 0 : 60_000,
  headerBytes: 64,
  jitter: 0.02,
  sources: [
    INTERRUPT,
    spec.topology === 'mesh' ? 'switchLatencyPs: a mesh has none'
      : { assumed: ['switchLatencyPs'], why: '60 ns, about what a further hop adds to a load' },
    bandwidth,
    ...LINE_HEADER,
  ],
});

export const FABRICS: readonly FabricSpec[] = [
  ETHERNET_25G,
  ethernet(10, { linkLatencyPs: 600_000, switchLatencyPs: 600_000 },
    '1.8 us with a switch at this rate, split evenly'),
  ethernet(100, { linkLatencyPs: 500_000, switchLatencyPs: 500_000 },
    '1.5 us with a switch, split evenly, as at 25 Gb/s'),
  {
    ...ETHERNET_25G,
    name: 'ethernet-25g-racks',
    description: 'raw 25 Gb/s Ethernet frames: four nodes at each rack\'s switch, racks joined by a spine; only kernels talk',
    topology: 'two-level',
    leafNodes: 4,
    uplinkBytesPerSecond: 50e9 / 8,
    sources: [
      ...ETHERNET_25G.sources,
      { assumed: ['leafNodes'], why: '4 nodes a rack' },
      { assumed: ['uplinkBytesPerSecond'], why: '50 Gb/s from a rack to the spine, half of what its nodes can send' },
    ],
  },
  {
    ...PLAIN,
    name: 'rdma-100g',
    description: 'RDMA over 100 Gb/s InfiniBand, reliable connections; only kernels talk',
    kind: 'message',
    topology: 'star',
    linkLatencyPs: 400_000,
    switchLatencyPs: 200_000,
    bytesPerSecond: 32e9 / 8,
    headerBytes: 64,
    jitter: 0.05,
    sources: [
      'linkLatencyPs, switchLatencyPs, bytesPerSecond: ib_send_lat one way, 0.83 us up to 100 bytes, 1.6 us of 1 KB, '
        + '2.26 us of 4 KB (git.dennispotter.eu, masters-thesis, tables/mtu_performance.tex). A straight line near '
        + 'them in the range of a page and a vCPU: 1 us and 32 Gb/s; they rise by the line rate only beyond',
      { assumed: ['switchLatencyPs'], why: '0.2 us of that microsecond is the switch' },
      { assumed: ['headerBytes'], why: '64, as over Ethernet' },
      JITTER,
    ],
  },
  {
    ...PLAIN,
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
    ...PLAIN,
    name: 'efa-tuned',
    description: 'AWS Elastic Fabric Adapter, as it may be with tuning: an assumption; only kernels talk',
    kind: 'message',
    topology: 'star',
    linkLatencyPs: 7_500_000,
    switchLatencyPs: 0,
    bytesPerSecond: 100e9 / 8,
    headerBytes: 64,
    jitter: 0.08,
    sources: [
      { assumed: ['linkLatencyPs', 'switchLatencyPs'], why: '15 us one way; no measurement was found' },
      { assumed: ['bytesPerSecond'], why: '100 Gb/s over many paths, where one flow has 25' },
      MESSAGE_HEADER,
      { assumed: ['jitter'], why: 'as without tuning' },
    ],
  },
  {
    ...PLAIN,
    name: 'tcp-25g',
    description: 'TCP of the operating system over 25 Gb/s Ethernet; only kernels talk',
    kind: 'message',
    topology: 'star',
    linkLatencyPs: 2_250_000,
    switchLatencyPs: 500_000,
    bytesPerSecond: 25e9 / 8,
    headerBytes: 116,
    jitter: 0.05,
    sources: [
      {
        assumed: ['linkLatencyPs', 'switchLatencyPs'],
        why: '5 us with a switch and untuned; 3.1 us one way back to back at least, as the round trip takes "over 3 times" the '
          + '2.08 us of kernel bypass (AMD UG1586, "Throughput with Onload")',
      },
      'bytesPerSecond: the line rate, 25 Gb/s',
      {
        assumed: ['headerBytes'],
        why: '26 of the kernels\' own protocol, beside 38 of Ethernet (IEEE 802.3), 20 of IP (RFC 791), 20 of TCP and 12 of its '
          + 'time stamps (RFC 9293, RFC 7323)',
      },
      JITTER,
    ],
  },
  sockets({
    name: 'numa-2s', description: 'two sockets side by side; cores load and store remote memory by the line',
    topology: 'mesh', bytesPerSecond: 34.3e9,
  }, 'bytesPerSecond: reads from the other socket, 34.3 GB/s: Intel Memory Latency Checker 3.10 on two sockets of Cascade Lake '
      + '(github.com/gjbex/Code-optimization, info/cascadelake_mlc.txt)'),
  sockets({
    name: 'numa-2s-ice-lake', description: 'two sockets side by side, three links of 11.2 GT/s',
    topology: 'mesh', bytesPerSecond: 55.4e9,
  }, { assumed: ['bytesPerSecond'], why: `three links of 11.2 GT/s and two bytes (Intel, Platinum 8360Y), ${LINKS_ALIKE}` }),
  sockets({
    name: 'numa-2s-haswell', description: 'two sockets side by side, two links of 8 GT/s',
    topology: 'mesh', bytesPerSecond: 26.4e9,
  }, { assumed: ['bytesPerSecond'], why: `two links of 8 GT/s and two bytes (Intel, E5-2630 v3), ${LINKS_ALIKE}` }),
  sockets({
    name: 'numa-4s', description: 'full mesh of four sockets; cores load and store remote memory by the line',
    topology: 'mesh', bytesPerSecond: 12.8e9,
  }, QPI),
  sockets({
    name: 'numa-4s-ring', description: 'ring of four sockets; cores load and store remote memory by the line',
    topology: 'ring', bytesPerSecond: 12.8e9,
  }, QPI),
  sockets({
    name: 'numa-8s',
    description: 'eight sockets without node controllers, three links each; cores load and store remote memory by the line',
    topology: 'glueless-8', bytesPerSecond: 20.8e9,
  }, { assumed: ['bytesPerSecond'], why: 'a link of 10.4 GT/s and two bytes a transfer, each way' }),
  {
    ...PLAIN,
    name: 'cxl-pool',
    description: 'hosts at one pool of CXL memory with many heads; cores load and store it by the line',
    kind: 'load-store',
    topology: 'star',
    linkLatencyPs: 250_000,
    switchLatencyPs: 0,
    bytesPerSecond: 32e9,
    headerBytes: 64,
    jitter: 0.02,
    sources: [
      {
        assumed: ['linkLatencyPs'],
        why: '0.25 us to write a message into the pool, and as much until the other host has seen it. Loads and stores take remotePs '
          + 'of the machine instead',
      },
      'switchLatencyPs: a pool with many heads has none',
      { assumed: ['bytesPerSecond'], why: 'eight lanes of PCIe 5.0, each way' },
      ...LINE_HEADER,
    ],
  },
];
