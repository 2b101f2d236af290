// Two sockets: latency and bandwidth of their memories as Intel's Memory Latency Checker and STREAM measure them.
import { machinePreset } from '../../src/server/fabric/presets.js';
import type { MachineSpec } from '../../src/server/spec.js';
import { AS_IT_IS, printed, type Change } from './guests.js';
import { between, near, type Row } from './rows.js';

/** With the cores of the processor that was measured, and pages large enough that no TLB misses, as the tool has them. */
function measuredMachine(preset: string, coresPerNode: number): MachineSpec {
  return { ...machinePreset(preset), coresPerNode, memoryBytesPerNode: 2 ** 30, pageBytes: 65_536 };
}

const place = (remote: boolean): string => (remote ? 'remote' : 'local');

export interface Sizes {
  readonly chaseLines: number;
  readonly passes: number;
  readonly delays: readonly number[];
}

export const FULL: Sizes = { chaseLines: 2 ** 18, passes: 8, delays: [0, 20, 40, 80, 160, 500] };

export class TwoSockets {
  private readonly machine: MachineSpec;
  private readonly sizes: Sizes;

  constructor(preset: string, coresPerNode: number, sizes: Sizes, change = AS_IT_IS) {
    this.machine = change(measuredMachine(preset, coresPerNode));
    this.sizes = sizes;
  }

  /** Of one line in a chain. */
  latencyNs(remote: boolean): number {
    const [ps] = printed({ program: 'chase', machine: this.machine, vcpus: 2, defines: { FILLER: Number(remote), LINES: this.sizes.chaseLines } });
    return ps! / 1000;
  }

  /** All cores of a node read from one memory; in GB/s. */
  bandwidth(remote: boolean): number {
    const cores = this.machine.coresPerNode;
    const [megabytes] = printed({
      program: 'read', machine: this.machine, vcpus: 2 * cores,
      defines: { READERS: cores, SHIFT: remote ? cores : 0, PASSES: this.sizes.passes },
    });
    return megabytes! / 1000;
  }

  /** Latency of a chain beside readers, at each delay: from the least bandwidth of both sockets, in GB/s, to the most. */
  loaded(): { readonly ns: number; readonly bandwidth: number }[] {
    return this.sizes.delays.map((delay) => {
      const [ps, megabytes] = printed({
        program: 'loaded', machine: this.machine, vcpus: 2 * this.machine.coresPerNode, defines: { DELAY: delay },
      });
      return { ns: ps! / 1000, bandwidth: megabytes! / 1000 };
    }).sort((a, b) => a.bandwidth - b.bandwidth);
  }

  /** STREAM copy on one core, in MB/s. */
  copy(remote: boolean): number {
    return printed({
      program: 'copy', machine: { ...this.machine, pageBytes: 4096 }, vcpus: 2, defines: { FILLER: Number(remote) },
    })[0]!;
  }
}

/** On the line between the two points about `bandwidth`; beyond them, the nearest. */
export function latencyAt(points: readonly { readonly ns: number; readonly bandwidth: number }[], bandwidth: number): number {
  const above = points.findIndex((point) => point.bandwidth >= bandwidth);
  if (above < 0) return points.at(-1)!.ns;
  if (above === 0) return points[0]!.ns;
  const [a, b] = [points[above - 1]!, points[above]!];
  return a.ns + ((b.ns - a.ns) * (bandwidth - a.bandwidth)) / (b.bandwidth - a.bandwidth);
}

interface Published { readonly latency: readonly [number, number]; readonly bandwidth: readonly [number, number] }

function basics(name: string, server: TwoSockets, { latency, bandwidth }: Published, percents: readonly [number, number], note: string) {
  const found = [false, true].map((remote) => ({ latency: server.latencyNs(remote), bandwidth: server.bandwidth(remote) }));
  const rows: Row[] = found.flatMap((each, i) => [
    near(`chase, ${name}, ${place(i === 1)}`, latency[i]!, 'ns', percents[0], each.latency, note),
    near(`all cores of a node read, ${name}, ${place(i === 1)}`, bandwidth[i]!, 'GB/s', percents[1], each.bandwidth, note),
  ]);
  return { rows, found };
}

/** The machine that the presets are calibrated on. */
export function cascadeLakeRows(sizes: Sizes, change: Change): Row[] {
  const server = new TwoSockets('numa-2s', 18, sizes, change);
  const { rows, found: [local, remote] } = basics(
    'Cascade Lake', server, { latency: [80.8, 140.4], bandwidth: [113.1, 34.3] }, [2, 10], 'calibrated',
  );
  const points = server.loaded();
  const loaded = [[41, 90], [120, 103], [181, 120], [226, 156]].map(([bandwidth, ns]) => (
    near(`loaded latency at ${bandwidth} GB/s, Cascade Lake`, ns!, 'ns', 15, latencyAt(points, bandwidth!))));
  const copied = server.copy(true) / server.copy(false);
  return [
    ...rows, ...loaded,
    between('STREAM copy on one core, remote to local', '0.91', '', 0.85, 0.95, copied),
    near('latency, local to remote', 0.58, '', 10, local!.latency / remote!.latency, 'of the same parameters'),
    near('all-core bandwidth, remote to local', 0.3, '', 10, remote!.bandwidth / local!.bandwidth, 'of the same parameters'),
  ];
}

/** Machines whose parameters follow from that and from their data sheets. */
export function predictedRows(sizes: Sizes, change: Change): Row[] {
  const note = 'from its parameters';
  return [
    ...basics(
      'Ice Lake', new TwoSockets('numa-2s-ice-lake', 36, sizes, change), { latency: [89.2, 142.7], bandwidth: [175.7, 55.7] }, [15, 15], note,
    ).rows,
    ...basics(
      'E5-2630 v3', new TwoSockets('numa-2s-haswell', 8, sizes, change), { latency: [93.5, 133.8], bandwidth: [48.96, 25.41] }, [15, 15], note,
    ).rows,
  ];
}
