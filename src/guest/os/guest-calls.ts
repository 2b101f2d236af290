// The guest operating-system layer of ISAs that declare guest calls: what each does, found by name. A call that touches
// guest memory can stall: it probes first, and is made again when the page is here.
import { signed } from '../../base/bits.js';
import { Faults } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import type { Isa } from '../lang/model.js';
import type { StallRecord, Trap } from '../machine/engine.js';
import type { MemorySystem } from '../machine/memory.js';

/** What a call sees of the vCPU that makes it. */
export interface CallerContext {
  readonly vcpu: number;
  readonly vcpus: number;
  /** Global number of the core it runs on. */
  readonly core: number;
  readonly nowPs: number;
  readonly memory: MemorySystem;
  /** Values that earlier accesses and calls of the instruction yielded. */
  readonly prior: readonly bigint[];
}

export type CallOutcome =
  | { readonly do: 'value'; readonly value: bigint }
  | { readonly do: 'print'; readonly text: string }
  | { readonly do: 'mark'; readonly name: string }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'halt' }
  | { readonly do: 'stall'; readonly stall: StallRecord }
  | { readonly do: 'trap'; readonly trap: Trap };

/** Arguments are unsigned; `width` is that of the first argument in bits. */
type GuestCall = (caller: CallerContext, args: readonly bigint[], width: number) => CallOutcome;

/** Longest string that print_str prints, in bytes: a missing terminator is a fault of the guest. */
const MAX_STRING_BYTES = 65536;

const CALLS: Readonly<Record<string, GuestCall>> = {
  print_int: (_, [value], width) => ({ do: 'print', text: `${signed(width, value!)}\n` }),
  print_hex: (_, [value]) => ({ do: 'print', text: `${value!.toString(16)}\n` }),
  print_char: (_, [value]) => ({ do: 'print', text: String.fromCharCode(Number(value! & 0xffn)) }),
  print_str: (caller, [address]) => printString(caller, address!),
  exit: (_, [code]) => ({ do: 'exit', code: Number(code! & 0xffn) }),
  halt: () => ({ do: 'halt' }),
  vcpu_id: (caller) => ({ do: 'value', value: BigInt(caller.vcpu) }),
  vcpu_count: (caller) => ({ do: 'value', value: BigInt(caller.vcpus) }),
  time_ns: (caller) => ({ do: 'value', value: BigInt(Math.floor(caller.nowPs / 1000)) }),
  roi_begin: () => ({ do: 'mark', name: 'roi_begin' }),
  roi_end: () => ({ do: 'mark', name: 'roi_end' }),
  mark: (_, [value]) => ({ do: 'mark', name: `mark ${value!}` }),
};

/** How many arguments each takes, and whether it yields a value. */
const SHAPES: Readonly<Record<string, readonly [args: number, result: boolean]>> = {
  print_int: [1, false], print_hex: [1, false], print_char: [1, false], print_str: [1, false], exit: [1, false],
  halt: [0, false], vcpu_id: [0, true], vcpu_count: [0, true], time_ns: [0, true], roi_begin: [0, false],
  roi_end: [0, false], mark: [1, false],
};

export function guestCallNames(): string[] {
  return Object.keys(CALLS);
}

/** An InputError of all guest calls that the ISA declares and this layer does not know in that shape. */
export function checkGuestCalls(isa: Isa): void {
  const faults = new Faults();
  for (const { name, args, result } of isa.guestCalls) {
    const shape = SHAPES[name];
    if (!shape) {
      faults.add(`${isa.path}: there is no guest call "${name}"`, undefined,
        didYouMean(name, guestCallNames()) ?? `there are: ${guestCallNames().join(', ')}`);
    } else if (args.length !== shape[0] || (result > 0) !== shape[1]) {
      faults.add(`${isa.path}: guest call "${name}" takes ${shape[0]} argument${shape[0] === 1 ? '' : 's'} `
        + `and yields ${shape[1] ? 'a value' : 'nothing'}`);
    }
  }
  faults.raise();
}

/** Makes the call. The name is one of `guestCallNames()`. */
export function makeGuestCall(name: string, caller: CallerContext, args: readonly bigint[], width: number): CallOutcome {
  return CALLS[name]!(caller, args, width);
}

function printString(caller: CallerContext, start: bigint): CallOutcome {
  const { memory, core, prior } = caller;
  const bytes: number[] = [];
  let ended = false;
  while (!ended && bytes.length < MAX_STRING_BYTES) {
    const at = start + BigInt(bytes.length);
    const address = Number(at);
    if (!memory.addressable(address, 1)) return { do: 'trap', trap: { kind: 'address', address: at } };
    if (!memory.permits(core, address, 1, false)) {
      return {
        do: 'stall',
        stall: { page: memory.missingPage, kind: 'read', address, bytes: 1, mustCome: true, prior },
      };
    }
    const byte = Number(memory.readBytes(core, address, 1));
    ended = byte === 0;
    if (!ended) bytes.push(byte);
  }
  memory.touch(core, Number(start), bytes.length + (ended ? 1 : 0), false);
  return { do: 'print', text: new TextDecoder().decode(Uint8Array.from(bytes)) };
}
