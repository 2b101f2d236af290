// How long a line waits where memory controllers and links are busy: the waits at which the traffic of an epoch fits.
//
// A core has a limited number of lines under way, so what it asks for depends on how long it waits: a closed loop. Below its
// limit a resource lets lines wait by its curve, `unitPs` u / (1 - `bend` u) at utilisation u. Where cores would ask for more
// than it can serve, lines wait as long as makes them ask for what it can serve (Little's law; Denning and Buzen, "The
// Operational Analysis of Queueing Network Models", ACM Computing Surveys 1978). Only + - * / and Math.min, max, abs and
// round: simulated time follows from this.

/** A memory controller, or a link in one direction. */
export interface Resource {
  /** Of one line. */
  readonly servicePs: number;
  readonly unitPs: number;
  /** Below 1. */
  readonly bend: number;
}

/** Lines of one core that go the same way in an epoch. */
export interface Flow {
  /** Resources that the lines pass, and for each how many of them do. */
  readonly path: readonly number[];
  readonly lines: readonly number[];
  /** How often the core waits for one: once for each line that it awaits alone, 1/n where n are under way at once. */
  readonly latencies: readonly number[];
}

export interface Demand {
  /** The time in which the core asked for the lines. */
  readonly windowPs: number;
  readonly flows: readonly Flow[];
}

/** A resource that is used less than this lets nobody wait. */
export const IDLE_UTILISATION = 1 / 64;

const MOST_STEPS = 32;
/** Messages that ask for more leave the rest to lines: cores would else wait for ever for what they do not get. */
const MOST_BACKGROUND = 15 / 16;
/** The waits are found when no step changes one by more. */
const PRECISION_PS = 20;

/** The wait at a utilisation that the resource can serve. */
export function waitPs({ unitPs, bend }: Resource, utilisation: number): number {
  if (utilisation < IDLE_UTILISATION) return 0;
  const u = Math.min(1, utilisation);
  return (unitPs * u) / (1 - bend * u);
}

/**
 * The wait for each resource, in whole ps, at which the demands of an epoch fit, if they were made under `waits`.
 * `background` is the utilisation of each resource by what nobody waits for.
 */
export function settle(
  resources: readonly Resource[], demands: readonly Demand[], waits: readonly number[], background: readonly number[],
): { readonly waits: number[]; readonly utilisation: number[] } {
  const found = [...waits];
  const utilisation = new Array<number>(resources.length).fill(0);
  const response = new Array<number>(resources.length).fill(0);
  for (let step = 0; step < MOST_STEPS; step++) {
    for (let r = 0; r < resources.length; r++) {
      utilisation[r] = Math.min(MOST_BACKGROUND, background[r]!);
      response[r] = 0;
    }
    for (const demand of demands) {
      const { latencies, laterPs } = under(demand, waits, found);
      // However much sooner lines come, the rest of what the core did takes its time.
      const spanPs = Math.max(demand.windowPs / 16, demand.windowPs + laterPs);
      for (const { path, lines } of demand.flows) {
        for (let i = 0; i < path.length; i++) {
          const r = path[i]!;
          const share = (lines[i]! * resources[r]!.servicePs) / spanPs;
          utilisation[r]! += share;
          response[r]! += (share * latencies) / spanPs;
        }
      }
    }
    let changePs = 0;
    for (let r = 0; r < resources.length; r++) {
      const u = utilisation[r]!;
      // By Newton, in the time from line to line, which is linear in the wait; as if all waits changed alike.
      const fittingPs = response[r]! > 0 ? found[r]! + (u / response[r]!) * (u - 1) : 0;
      const wantedPs = Math.max(waitPs(resources[r]!, u), fittingPs);
      // Half a step: two resources on one way would otherwise both make up for the whole of it, for ever.
      const next = wantedPs < PRECISION_PS ? 0 : (found[r]! + wantedPs) / 2;
      changePs = Math.max(changePs, Math.abs(next - found[r]!));
      found[r] = next;
    }
    if (changePs < PRECISION_PS) break;
  }
  return { waits: found.map((ps) => Math.round(ps)), utilisation };
}

/** How often the core waits for a line, of all its flows, and how much longer than it did. */
function under({ flows }: Demand, waits: readonly number[], found: readonly number[]): { latencies: number; laterPs: number } {
  let latencies = 0;
  let laterPs = 0;
  for (const flow of flows) {
    let most = 0;
    for (let i = 0; i < flow.path.length; i++) {
      const r = flow.path[i]!;
      laterPs += flow.latencies[i]! * (found[r]! - waits[r]!);
      most = Math.max(most, flow.latencies[i]!);
    }
    latencies += most;
  }
  return { latencies, laterPs };
}
