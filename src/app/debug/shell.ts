// Runs command lines on a session and writes what they answer. Who types them, and where it is shown, is the host's business.
import { grouped } from '../../study/report/figures.js';
import type { Context, Reply } from './commands/command.js';
import { parseLine } from './commands/table.js';
import { pageIn, vcpuIn } from './core/breakpoints.js';
import { codeRow } from './core/code.js';
import { messageRow } from './core/look.js';
import type { Stop, Told } from './core/session.js';
import type { Work } from './core/timeline.js';
import { arrivalText, happeningLines } from './text/story.js';
import { stopLines, whereLines } from './text/stop.js';
import { placeText, stepText } from './text/words.js';

export interface Host {
  write(text: string): void;
  /** Between two pieces of a long work: shows how far it is, and says whether to stop. */
  breathe(position: number): Promise<boolean>;
  /** Before anything is written after long work. */
  rest(): void;
}

/** Lines of a story that are shown, the last. */
const MAX_STORY = 60;
const INTERRUPTED: Stop = { why: 'interrupted', hits: [], spin: null };

export class Shell {
  private readonly context: Context;
  private readonly host: Host;
  /** What the guest has printed of a line that it has not ended. */
  private partialOutput = '';

  constructor(context: Context, host: Host) {
    this.context = context;
    this.host = host;
  }

  greet(): void {
    this.write(whereLines(this.context.session, this.context.paint));
  }

  /** Does what the line says; false if that is to leave. An InputError if it cannot be done. */
  async run(line: string): Promise<boolean> {
    const parsed = parseLine(line);
    if (!parsed) return true;
    const reply = parsed.command.run(parsed.args, this.context);
    if (reply === 'quit') return false;
    if ('lines' in reply) this.write(reply.lines);
    else await this.move(reply);
    return true;
  }

  private async move({ move, tells }: Extract<Reply, { move: unknown }>): Promise<void> {
    const { session, paint } = this.context;
    const story = new Story(MAX_STORY);
    const { vcpu } = session;
    let last: Told | undefined;
    let waitsFor = session.server.vcpus[vcpu]!.stall?.page ?? -1;
    session.onStep = (told) => {
      last = told;
      if (tells === 'all') story.add(this.stepLines(told));
      if (tells === 'vcpu') {
        for (const happening of told.happenings) {
          if (happening.what === 'stall' && happening.stall.vcpu === vcpu) waitsFor = happening.stall.page;
          const concerns = vcpuIn(happening) === vcpu || (waitsFor >= 0 && pageIn(happening) === waitsFor);
          if (concerns) story.add(this.happened([happening]));
        }
      }
      for (const happening of told.happenings) if (happening.what === 'output') story.keep(this.outputLines(happening.text));
    };
    let stop: Stop;
    try {
      stop = await this.drive(move);
    } finally {
      session.onStep = undefined;
      this.host.rest();
    }
    if (stop.why === 'end' && this.partialOutput !== '') story.keep(this.outputLines('\n'));
    // What a breakpoint stopped at is told, unless the whole way has been.
    const sawIt = stop.hits.some(({ happening }) => happening !== null);
    if (tells === 'last' && last && sawIt) story.add(this.happened(last.happenings));
    this.write([...story.lines(), ...stopLines(stop, session, paint), ...whereLines(session, paint)]);
  }

  private async drive(work: Work<Stop>): Promise<Stop> {
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      if (!await this.host.breathe(value)) continue;
      // Ends what the work has begun; the session stays where it is.
      work.return(INTERRUPTED);
      return INTERRUPTED;
    }
  }

  /** A step of the whole server: what it was, and what came of it. */
  private stepLines(told: Told): string[] {
    return [`${stepText(told.position)}  ${this.stepWords(told)}`, ...this.happened(told.happenings)];
  }

  private stepWords({ step }: Told): string {
    const { session: { server, places } } = this.context;
    switch (step.kind) {
      case 'instruction': {
        const { text } = codeRow(server, step.pc, places);
        const outcome = step.outcome === 'retired' ? '' : `  (${step.outcome})`;
        return `vCPU ${step.vcpu}  ${placeText(places.at(step.pc))}  ${text}${outcome}`;
      }
      case 'message': return arrivalText(messageRow(step.envelope, 0), places, server.scenario.machine.pageBytes);
      case 'start': return `vCPU ${step.vcpu} starts`;
      case 'balance': return `a period of the load balancer on node ${step.node}`;
      case 'epoch': return `an epoch of the policy on node ${step.node}`;
      case 'room': return `node ${step.node} looks for free frames`;
      case 'exit': return 'the guest ends';
      case 'deadlock': return 'nothing can happen any more';
    }
  }

  private happened(happenings: Told['happenings']): string[] {
    const { policy, session: { server, places } } = this.context;
    return happenings.flatMap((happening) => happeningLines(happening, places, policy, server.scenario.machine.pageBytes));
  }

  /** Whole lines that the guest has printed, marked as its. */
  private outputLines(text: string): string[] {
    const lines = (this.partialOutput + text).split('\n');
    this.partialOutput = lines.pop()!;
    return lines.map((line) => `| ${line}`);
  }

  private write(lines: readonly string[]): void {
    if (lines.length > 0) this.host.write(`${lines.join('\n')}\n`);
  }
}

/** Lines in order; of those that are only told, the last so many. */
class Story {
  private readonly most: number;
  private readonly list: { readonly line: string; readonly kept: boolean }[] = [];
  private told = 0;
  private dropped = 0;

  constructor(most: number) {
    this.most = most;
  }

  add(lines: readonly string[]): void {
    for (const line of lines) this.list.push({ line, kept: false });
    this.told += lines.length;
    while (this.told - this.dropped > this.most) {
      this.list.splice(this.list.findIndex(({ kept }) => !kept), 1);
      this.dropped++;
    }
  }

  keep(lines: readonly string[]): void {
    for (const line of lines) this.list.push({ line, kept: true });
  }

  lines(): string[] {
    const lines = this.list.map(({ line }) => line);
    return this.dropped > 0 ? [`... ${grouped(this.dropped)} lines before`, ...lines] : lines;
  }
}
