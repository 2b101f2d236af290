// The result of one run as plain JSON; everything a person sees is drawn from it. Field names are fixed: add, never rename.
import type { StackPart, TimePart } from '../../server/observe.js';
import type { ProtocolSpec } from '../../server/spec.js';

export interface VcpuReport {
  readonly vcpu: number;
  readonly node: number;
  readonly instructions: number;
  readonly stalls: number;
  readonly moves: number;
  readonly totalNs: number;
  /** The longest that it once waited for a core; `timeNs.coreWait` has all such waits. */
  readonly longestCoreWaitNs: number;
  /** computeNs + memoryNs + ... add up to totalNs. */
  readonly timeNs: Readonly<Record<TimePart, number>>;
}

/** What a node has: in reports of machines whose nodes are not alike, or that reserve some of it. */
export interface NodeHardware {
  readonly cores: number;
  /** Of these, cores that run handlers alone. */
  readonly reservedCores: number;
  readonly memoryBytes: number;
  /** Of these, bytes that hold no page of the guest. */
  readonly reservedBytes: number;
}

/** How a node made room: in reports of runs in which some node had to. */
export interface NodePressure {
  /** Copies dropped, frames that pages of zeros gave up, and owned pages that went to other nodes. */
  readonly copiesDropped: number;
  readonly zeroPages: number;
  readonly pagesEvicted: number;
  /** How often an instruction or a message had to wait for a frame. */
  readonly frameWaits: number;
}

/** numastat's words (Documentation/admin-guide/numastat.rst) for pages given memory, and what the node did. */
export interface NodeReport extends Partial<NodeHardware>, Partial<NodePressure> {
  readonly node: number;
  /** Placed here as the policy wanted / here though wanted elsewhere / elsewhere though wanted here. */
  readonly numaHit: number;
  readonly numaMiss: number;
  readonly numaForeign: number;
  readonly interleaveHit: number;
  /** Placed here while the touching vCPU ran here / ran on another node. */
  readonly localNode: number;
  readonly otherNode: number;
  readonly residentPages: number;
  readonly copies: number;
  readonly stalls: number;
  readonly pagesIn: number;
  readonly pagesOut: number;
  readonly vcpusIn: number;
  readonly vcpusOut: number;
  /** How often a core took another vCPU than it had before. */
  readonly coreSwitches: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly handlerNs: number;
  readonly busyNs: number;
}

/** Integer picoseconds by part; parts of no time are left out. */
export type PartTimesPs = Readonly<Partial<Record<StackPart, number>>>;

/** A part of the run that the guest cut out with roi_begin, roi_end and mark; all of it if there is no such call. */
export interface WindowReport {
  /** The call that opened it; `start` for the first. */
  readonly name: string;
  /** Who made it; -1 for the first. */
  readonly vcpu: number;
  /** Between a roi_begin and the next roi_end. */
  readonly inRegion: boolean;
  readonly fromPs: number;
  readonly toPs: number;
  /** The parts of each vCPU add up to toPs - fromPs. */
  readonly perVcpu: readonly { readonly vcpu: number; readonly timePs: PartTimesPs }[];
  /** The same time by the node where it was spent: together as much as the vCPUs'. */
  readonly perNode: readonly { readonly node: number; readonly timePs: PartTimesPs }[];
}

export interface MoveCount {
  readonly what: string;
  readonly reason: string;
  readonly count: number;
}

export interface RunReport {
  readonly program: string;
  readonly isa: string;
  readonly engine: string;
  readonly seed: number;
  readonly policy: string;
  readonly policyOptions: Readonly<Record<string, number>>;
  /** Name of the load balancer. */
  readonly balance: string;
  readonly protocol: ProtocolSpec;
  readonly sliceMode: string;
  readonly quantumNs: number;
  /** How long a vCPU has a core for which others wait. */
  readonly timeSliceNs: number;
  readonly timeScale: number;
  readonly machine: {
    readonly name: string;
    readonly nodes: number;
    /** Of each node; the mean where nodes are not alike: `perNode` has them one by one. */
    readonly coresPerNode: number;
    readonly memoryBytesPerNode: number;
    readonly pageBytes: number;
    readonly fabric: string;
    readonly vcpus: number;
  };
  readonly end: 'exit' | 'limit' | 'failed';
  readonly exitCode: number;
  /** Why a run failed, or the guest fault that ended it. */
  readonly message: string | null;
  readonly output: string;
  readonly simulatedNs: number;
  readonly instructions: number;
  /** The same program on one node with all the cores and memory; null unless asked for. */
  readonly idealNs: number | null;
  readonly stalls: number;
  readonly stallNs: number;
  readonly pagesMoved: number;
  readonly pagesReplicated: number;
  readonly pagesMapped: number;
  readonly vcpusMoved: number;
  readonly remoteAccesses: number;
  readonly lineMisses: number;
  readonly invalidations: number;
  readonly fabricMessages: number;
  readonly fabricBytes: number;
  readonly localAccessRatio: number;
  /** Largest and mean time by which a core had run past a message it then served. */
  readonly skewNs: { readonly max: number; readonly mean: number };
  /** roi_begin, roi_end, mark: name, vCPU, simulated time. */
  readonly marks: readonly { readonly name: string; readonly vcpu: number; readonly atNs: number }[];
  /** One after another, from 0 to the end. */
  readonly windows: readonly WindowReport[];
  readonly wallSeconds: number;
  readonly mips: number;
  readonly perNode: readonly NodeReport[];
  readonly perVcpu: readonly VcpuReport[];
  readonly moves: readonly MoveCount[];
  readonly reasons: Readonly<Record<string, number>>;
}
