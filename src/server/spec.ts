// What a software-defined server is made of: immutable descriptions, in picoseconds and bytes.

import type { CacheSpec, CoreSpec, MemorySpec } from '../guest/machine/spec.js';

export { CACHE_WAYS } from '../guest/machine/spec.js';
export type { CacheSpec, CoreSpec, MemorySpec };

/**
 * Where figures come from: a text that names their fields before its colon; or, where nothing was found, that they are assumed,
 * why so, and what that rests on. What is assumed is what `compare --sensitivity` varies.
 */
export type Source = string | { readonly assumed: readonly string[]; readonly why: string };

export type FabricKind = 'load-store' | 'message';
/** How links join the nodes; src/server/fabric/topology.ts has the shapes. */
export type Topology = 'mesh' | 'star' | 'ring' | 'two-level' | 'glueless-8' | 'table';

export interface FabricSpec {
  readonly name: string;
  readonly description: string;
  /** load-store: a core can load and store another node's memory by the line. message: only kernels talk. */
  readonly kind: FabricKind;
  readonly topology: Topology;
  /** One way over one link: between two nodes, between a node and a switch, or between two switches. */
  readonly linkLatencyPs: number;
  /** Through one switch, or through a node that passes a message on. */
  readonly switchLatencyPs: number;
  /** Of one link, each way. */
  readonly bytesPerSecond: number;
  /** two-level: nodes at each leaf switch; null elsewhere. */
  readonly leafNodes: number | null;
  /** two-level: of the link between a leaf switch and the spine, each way; null elsewhere. */
  readonly uplinkBytesPerSecond: number | null;
  /** table: hops from the node of the row to the node of the column, 0 on the diagonal; null elsewhere. */
  readonly hops: readonly (readonly number[])[] | null;
  /** Bytes that every message has besides its payload. */
  readonly headerBytes: number;
  /** Each message's latency is drawn from [1, 1 + jitter) times the nominal one, by the seed. */
  readonly jitter: number;
  readonly sources: readonly Source[];
}

/** Time a hyperkernel's steps occupy a core. */
export interface KernelCosts {
  /** Exit from the guest, look-up, decision. */
  readonly stallPs: number;
  /** The owner looks at a request and answers. */
  readonly requestPs: number;
  /** A page or an answer arrives: map it, resume. */
  readonly resumePs: number;
  /** A shootdown on request of another node. */
  readonly invalidatePs: number;
  /** Bytes of 4 KiB are compared with others, or made into others by what differs. */
  readonly diffPs: number;
  /** An acknowledgement, a notice to the home, a look-up in the directory. */
  readonly notePs: number;
  readonly vcpuSavePs: number;
  readonly vcpuRestorePs: number;
  /** A core takes another vCPU. */
  readonly contextSwitchPs: number;
  /** A guest call. */
  readonly guestCallPs: number;
  readonly sources: readonly Source[];
}

/** What a hyperkernel keeps of its node for itself. */
export interface Reserve {
  /** The first of the node's cores: they run handlers alone, never a vCPU. */
  readonly cores: number;
  /** Holds no page of the guest. */
  readonly memoryBytes: number;
}

export interface NodeSpec {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly reserve: Reserve;
}

/** How long lines wait where a node's memory controller is busy; src/server/fabric/load.ts says what follows. Links as FabricSpec has them. */
export interface LoadSpec {
  /** Of each node; null where controllers and links let nobody wait. */
  readonly controllerBytesPerSecond: number | null;
  /** A line waits queuePs u / (1 - queueBend u) at utilisation u. */
  readonly queuePs: number;
  readonly queueBend: number;
}

export interface MachineSpec {
  readonly name: string;
  readonly description: string;
  readonly nodes: number;
  readonly coresPerNode: number;
  readonly memoryBytesPerNode: number;
  readonly reserve: Reserve;
  /** Node by node, in place of the three above; null where all are alike. `nodeSpecs` gives either. */
  readonly unequal: readonly NodeSpec[] | null;
  readonly pageBytes: number;
  readonly core: CoreSpec;
  /** Behind L1; null: there are none. */
  readonly caches: CacheSpec | null;
  readonly memory: MemorySpec;
  readonly load: LoadSpec;
  /**
   * Relative distances as ACPI's System Locality Information Table (SLIT) gives them, where 10 is the node itself: to a node
   * one hop away, two hops, and so on; the last of them beyond. They are shown and have no effect.
   */
  readonly slit: readonly number[];
  readonly fabric: FabricSpec;
  readonly kernel: KernelCosts;
  /** Longest slice before other cores catch up; null means the smallest one-way latency between nodes. */
  readonly quantumPs: number | null;
  /** A vCPU gives way after this long to a waiting one that has had no more core time. */
  readonly timeSlicePs: number;
  /** Bytes of a vCPU's state in a migration. */
  readonly vcpuStateBytes: number;
  readonly sources: readonly Source[];
}

/** Choices of the coherence protocol, the default first; docs/protocol.md says what they do. */
export const PROTOCOL_CHOICES = {
  /** Who ends a page's copies before a store: parallel, the owner all at once; serial, the writer one after another. */
  invalidation: ['parallel', 'serial'],
  /** Whether ownership stays where it is when a page is copied for reading, or moves to the reader. */
  readOwnership: ['stay', 'move'],
  /** What of a page travels: all of it; nothing if the receiver has that version; or what differs from the version it has. */
  transfer: ['whole', 'version', 'diff'],
} as const;

export type ProtocolSpec = { readonly [K in keyof typeof PROTOCOL_CHOICES]: (typeof PROTOCOL_CHOICES)[K][number] };

export const DEFAULT_PROTOCOL: ProtocolSpec = { invalidation: 'parallel', readOwnership: 'stay', transfer: 'whole' };

export type SliceMode = 'loop' | 'instruction';
/** What executes instructions; the results are the same. */
export type EngineName = 'wasm' | 'reference';

/** One run: everything that decides its bytes, besides the program. */
export interface Scenario {
  readonly machine: MachineSpec;
  /** DEFAULT_PROTOCOL if none is named. */
  readonly protocol?: ProtocolSpec;
  readonly vcpus: number;
  readonly policy: string;
  readonly policyOptions: Readonly<Record<string, string>>;
  /** The load balancer by name; the policy's own, or that for so many vCPUs, if none is named. */
  readonly balance?: string;
  readonly seed: number;
  readonly sliceMode: SliceMode;
  /** The default engine if not given. */
  readonly engine?: EngineName;
  /** The run ends with `limit` at the first slice end at or after this many instructions. */
  readonly maxInstructions: number;
  /** Factor on the time constants of published policies: a guest here lives for milliseconds. */
  readonly timeScale: number;
  /** vCPU i starts at a random time below this, by the seed. */
  readonly startSkewPs: number;
}
