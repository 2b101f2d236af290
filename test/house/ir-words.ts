// Words that the guest wing has a meaning for of its own, though an ISA may choose them as mnemonics too: operators and
// statements of the IR, guest calls, start values.
import { guestCallNames } from '../../src/guest/os/guest-calls.js';

export const IR_WORDS: ReadonlySet<string> = new Set([
  ...guestCallNames(),
  'neg', 'not', 'add', 'sub', 'mul', 'divu', 'remu', 'and', 'or', 'xor', 'shl', 'call', 'pause', 'vcpu', 'vcpus',
]);
