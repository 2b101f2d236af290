// Watches a server step by step: what observers hear, and what of memory each step touches and changes.
import type { Observer } from '../../../server/observe.js';
import type { Server } from '../../../server/server.js';
import type { Happening } from './happenings.js';
import type { Step } from './step.js';

/** Bytes of guest memory that an instruction uses. */
export interface Access {
  readonly address: number;
  readonly bytes: number;
}

/** What a step has done. */
export interface StepDone {
  readonly step: Step;
  readonly happenings: readonly Happening[];
  readonly touched: readonly Access[];
  /** Stores that changed memory. */
  readonly changed: readonly Access[];
}

export class Witness {
  private happenings: Happening[] = [];
  private touched: Access[] = [];
  private changed: Access[] = [];

  /** Of the servers that it attends. */
  readonly observer: Observer = {
    stalled: (stall) => this.happenings.push({ what: 'stall', stall }),
    sent: (message) => this.happenings.push({ what: 'sent', message }),
    pageMoved: (page, kind, from, to, atPs, reason) => this.happenings.push({ what: 'page', page, kind, from, to, atPs, reason }),
    vcpuMoved: (vcpu, from, to, departPs, arrivePs, reason) =>
      this.happenings.push({ what: 'vcpu', vcpu, from, to, departPs, arrivePs, reason }),
    mark: (vcpu, name, atPs) => this.happenings.push({ what: 'mark', vcpu, name, atPs }),
    output: (text) => this.happenings.push({ what: 'output', text }),
  };

  /** Begins to look at the server's memory. */
  attend(server: Server): void {
    server.memory.watch = {
      touched: (_core, address, bytes) => this.touched.push({ address, bytes }),
      changed: (address, bytes) => this.changed.push({ address, bytes }),
    };
    this.forget();
  }

  /** Leaves the server's memory alone: for steps that nobody wants to know about. */
  ignore(server: Server): void {
    server.memory.watch = undefined;
  }

  forget(): void {
    this.happenings = [];
    this.touched = [];
    this.changed = [];
  }

  /** What has come in since the last look, as the doing of `step`. */
  tell(step: Step): StepDone {
    const { happenings, touched, changed } = this;
    this.forget();
    return { step, happenings, touched, changed };
  }
}
