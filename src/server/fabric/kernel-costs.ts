// What the steps of a kernel take, for the two kinds of machines there are. Sources stand with the numbers.
import type { KernelCosts } from '../spec.js';

const DIFF_SOURCE = 'diffPs: XBZRLE encodes 1.6 to 2.2 GB/s on one core (A. Shribman, qemu-devel, 2 August 2011)';

/** One hyperkernel on each server; the guest is a virtual machine. */
export const HYPERKERNEL: KernelCosts = {
  stallPs: 1_500_000,
  requestPs: 1_000_000,
  resumePs: 1_000_000,
  invalidatePs: 1_000_000,
  diffPs: 2_000_000,
  notePs: 300_000,
  vcpuSavePs: 2_000_000,
  vcpuRestorePs: 1_500_000,
  contextSwitchPs: 1_000_000,
  guestCallPs: 800_000,
  sources: [
    {
      assumed: ['stallPs'],
      why: '1.5 us with the page table work and the decision; a VM exit costs about 2,000 cycles directly (Landau et al., SplitX, '
        + 'WIOV 2011), 0.8 us at 2.5 GHz',
    },
    { assumed: ['requestPs', 'resumePs', 'invalidatePs'], why: '1 us each, an interrupt and one page table entry' },
    DIFF_SOURCE,
    { assumed: ['notePs'], why: '0.3 us, a table entry and no interrupt of the guest' },
    { assumed: ['vcpuSavePs'], why: '2 us, the exit included (so stallPs does not come on top)' },
    { assumed: ['vcpuRestorePs'], why: '1.5 us' },
    {
      assumed: ['contextSwitchPs'],
      why: '1 us, as vCPUs of one guest share their memory\'s tables; between threads of Linux 6.6 1,070 ns '
        + '(ddumbying.vercel.app/experiments/ctx-switch-overhead), between virtual machines 1.4 us at best (Whitaker, Shaw and '
        + 'Gribble, Denali, OSDI 2002)',
    },
    'guestCallPs: the VM exit of SplitX, 2,000 cycles',
  ],
};

/** One operating system over all sockets: threads and pages of its own move. */
export const OPERATING_SYSTEM: KernelCosts = {
  stallPs: 575_000,
  requestPs: 300_000,
  resumePs: 440_000,
  invalidatePs: 200_000,
  diffPs: 2_000_000,
  notePs: 100_000,
  vcpuSavePs: 1_500_000,
  vcpuRestorePs: 1_000_000,
  contextSwitchPs: 1_000_000,
  guestCallPs: 200_000,
  sources: [
    'stallPs, resumePs: a minor fault of Linux 6.6 takes 575 ns at least and 1,013 ns in the median; the first is '
      + 'taken for the way in, the difference for the way out (ddumbying.vercel.app/experiments/pagefault-latency)',
    { assumed: ['requestPs', 'notePs'], why: '0.3 and 0.1 us, look-ups in shared kernel tables' },
    { assumed: ['invalidatePs'], why: '0.2 us for each receiver of a shootdown (unseel.com/cs/tlb-shootdown, secondary)' },
    'contextSwitchPs: 1 us, between threads of Linux 6.6 1,070 ns (ddumbying.vercel.app/experiments/ctx-switch-overhead)',
    { assumed: ['vcpuSavePs', 'vcpuRestorePs'], why: 'such a switch on either side, and a wake-up across sockets' },
    DIFF_SOURCE,
    { assumed: ['guestCallPs'], why: '0.2 us, a system call' },
  ],
};
