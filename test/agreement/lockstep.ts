// Runs one program on two worlds side by side: the same slices on the same cores, the same pages moved between them, and both
// compared after each. What happens when is drawn from the seed, so a case can be run again.
import { randomStream, type Random } from '../../src/base/random.js';
import type { Stop } from '../../src/guest/machine/engine.js';
import { stopDifference, worldDifference } from './compare.js';
import { layOut, type Code } from './layout.js';
import type { Program } from './program.js';
import type { World } from './world.js';

/** More pages than this, and a vCPU that wants another is sent elsewhere. */
const MAX_PAGES = 20;

export interface Schedule {
  readonly slices: number;
  /** Budgets go up to about this many cycles. */
  readonly budgetCycles: number;
}

/** How the worlds came to differ; undefined if they did not. */
export interface Difference {
  readonly slice: number;
  readonly what: string;
  /** What was done to both, up to the difference. */
  readonly log: readonly string[];
}

export function runBoth(a: World, b: World, program: Program, seed: string, schedule: Schedule): Difference | undefined {
  return new Pair(a, b, program, randomStream(seed, 'schedule'), schedule).run();
}

class Pair {
  private readonly worlds: readonly [World, World];
  private readonly random: Random;
  private readonly schedule: Schedule;
  private readonly program: Program;
  private readonly code: Code;
  private readonly coreOf: number[];
  private readonly log: string[] = [];

  constructor(a: World, b: World, program: Program, random: Random, schedule: Schedule) {
    this.worlds = [a, b];
    this.random = random;
    this.schedule = schedule;
    this.program = program;
    this.code = layOut(program);
    this.coreOf = program.vcpus.map((_, v) => v % a.memory.clocks.length);
  }

  run(): Difference | undefined {
    for (const world of this.worlds) world.load(this.program);
    for (let slice = 0; slice < this.schedule.slices; slice++) {
      const what = this.slice();
      if (what !== undefined) return { slice, what, log: this.log };
    }
    return undefined;
  }

  private slice(): string | undefined {
    const [a, b] = this.worlds;
    if (this.chance(0.2)) this.disturb();
    const vcpu = this.random.below(this.program.vcpus.length);
    const core = this.coreOf[vcpu]!;
    const { budgetCycles } = this.schedule;
    const options = {
      core, budgetCycles: this.chance(0.3) ? this.random.below(20) : this.random.below(budgetCycles),
      everyInstruction: this.chance(0.15), ...(this.chance(0.1) && { pauseAfter: 1 + this.random.below(40) }),
      ...(this.chance(0.3) && { endPs: this.random.below(1_000_000), exactly: this.chance(0.5) }),
      takesUntilPs: this.chance(0.3) ? this.random.below(1_000_000) : Infinity,
    };
    this.log.push(`vCPU ${vcpu} runs ${JSON.stringify(options)}`);
    const stop = a.run(vcpu, options);
    const what = stopDifference(stop, b.run(vcpu, options)) ?? worldDifference(a, b);
    if (what !== undefined) return what;
    this.log.push(`  ${stop.reason}${stop.reason === 'stall' ? ` for ${stop.stall.kind} of 0x${stop.stall.address.toString(16)}` : ''}`);
    this.both((world) => world.book(vcpu, core));
    this.stopped(vcpu, stop);
    return undefined;
  }

  private stopped(vcpu: number, stop: Stop): void {
    switch (stop.reason) {
      case 'stall': this.stalled(vcpu, stop); break;
      case 'guest': {
        const value = BigInt(this.random.below(2 ** 32));
        this.both((world) => { world.vcpus[vcpu]!.answers = [...stop.prior, BigInt.asUintN(world.isa.guestCalls[stop.call]!.result, value)]; });
        break;
      }
      case 'trap': this.restart(vcpu); break;
      default:
    }
  }

  private stalled(vcpu: number, { stall }: Extract<Stop, { reason: 'stall' }>): void {
    const [world] = this.worlds;
    const node = this.nodeOf(vcpu);
    const holders = world.pages.get(stall.page);
    // Now and then nothing happens, and the instruction stalls again.
    if (this.chance(0.05)) return;
    if (!holders && world.pages.size >= MAX_PAGES) { this.restart(vcpu); return; }
    const away = holders && holders.owner !== node;
    const holdsAlready = holders && (holders.copies.has(node) || holders.mappers.has(node));
    if (away && !stall.mustCome && this.chance(0.3)) {
      this.act(`the owner serves page 0x${stall.page.toString(16)}`, (each) => {
        const value = each.serve(stall);
        each.vcpus[vcpu]!.answers = [...stall.prior, value];
      });
    } else if (away && !holdsAlready && world.memory.shape.sharedLines && this.chance(0.4)) {
      this.act(`node ${node} maps page 0x${stall.page.toString(16)}`, (each) => each.map(node, stall.page));
      if (stall.kind === 'write' || stall.kind === 'rmw') return;
      this.keepAnswers(vcpu, stall.prior);
    } else if (away && !holdsAlready && (stall.kind === 'read' || stall.kind === 'fetch') && this.chance(0.6)) {
      this.act(`node ${node} copies page 0x${stall.page.toString(16)}`, (each) => each.copy(node, stall.page));
      this.keepAnswers(vcpu, stall.prior);
    } else {
      this.act(`node ${node} brings page 0x${stall.page.toString(16)}`, (each) => { each.bring(node, stall.page); });
      this.keepAnswers(vcpu, stall.prior);
    }
  }

  /** Either the restarted instruction does its first accesses again, or it is told what they yielded, as after a service. */
  private keepAnswers(vcpu: number, prior: readonly bigint[]): void {
    const [{ vcpus }] = this.worlds;
    if (vcpus[vcpu]!.answers.length > 0 || this.chance(0.5)) return;
    this.both((world) => { world.vcpus[vcpu]!.answers = prior; });
  }

  private restart(vcpu: number): void {
    const pc = this.code.resolve({ to: this.random.below(this.program.items.length) });
    this.act(`vCPU ${vcpu} goes on at 0x${pc.toString(16)}`, (world) => world.setPc(vcpu, pc));
  }

  /** What other nodes and vCPUs cause meanwhile. */
  private disturb(): void {
    const [{ pages, memory }] = this.worlds;
    const page = this.pick([...pages.keys()]);
    const hex = `0x${page.toString(16)}`;
    const { owner, copies, mappers } = pages.get(page)!;
    const node = this.random.below(memory.tables.length);
    const others = [...copies, ...mappers];
    const vcpu = this.random.below(this.program.vcpus.length);
    switch (this.random.below(6)) {
      case 0: this.act(`page ${hex} goes to node ${node}`, (world) => { world.bring(node, page); }); break;
      case 1: if (mappers.size === 0) this.act(`the owner of page ${hex} may no longer store`, (world) => world.endStores(page)); break;
      case 2: if (others.length > 0) {
        const loser = this.pick(others);
        this.act(`node ${loser} loses page ${hex}`, (world) => world.drop(loser, page));
      } break;
      case 3: this.act(`misses of page ${hex} on node ${owner} are harvested`, (world) => { world.memory.harvestMisses(owner, page); }); break;
      case 4: {
        const target = this.random.below(memory.tables.length);
        const [controllerPs, linkPs] = [this.random.below(90_000), node === target ? 0 : this.random.below(90_000)];
        this.act(`node ${node} waits ${controllerPs} and ${linkPs} ps for lines of node ${target}`, (world) => (
          world.memory.setWaits(node, target, controllerPs, linkPs)));
        break;
      }
      default: {
        if (this.worlds[0].vcpus[vcpu]!.answers.length > 0) return;
        const core = this.random.below(memory.clocks.length);
        if (this.coreOf.includes(core)) this.act(`vCPU ${vcpu} moves in the arena`, (world) => world.moveContext(vcpu));
        else {
          this.act(`vCPU ${vcpu} goes to core ${core}`, (world) => world.moveContext(vcpu));
          this.coreOf[vcpu] = core;
        }
      }
    }
  }

  private act(what: string, action: (world: World) => void): void {
    this.log.push(`  ${what}`);
    this.both(action);
  }

  private both(action: (world: World) => void): void {
    for (const world of this.worlds) action(world);
  }

  private nodeOf(vcpu: number): number {
    return this.worlds[0].memory['nodeOf'][this.coreOf[vcpu]!]!;
  }

  private chance(p: number): boolean {
    return this.random.next() < p;
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)]!;
  }
}
