// One run, from an assembled image to its report.
import type { Image } from '../../guest/asm/image.js';
import type { Isa } from '../../guest/lang/model.js';
import { assertCoherent } from '../../server/hyperkernel/check.js';
import { asOneNode } from '../../server/nodes.js';
import type { Observer } from '../../server/observe.js';
import type { PolicyModule } from '../../server/placement/seam.js';
import { createServer } from '../../server/server.js';
import type { Scenario } from '../../server/spec.js';
import { buildReport } from '../report/build.js';
import type { RunReport } from '../report/report.js';

export interface RunRequest {
  readonly isa: Isa;
  readonly image: Image;
  /** Name of the program in the report. */
  readonly program: string;
  readonly scenario: Scenario;
  readonly observer?: Observer;
  /** Instead of the catalogue's policy of the scenario's name. */
  readonly policyModule?: PolicyModule;
  /** Also run on one node with all cores and memory, for `idealNs`. */
  readonly ideal?: boolean;
  /** Check the coherence rules after every event; slow. */
  readonly check?: boolean;
  /** Wall clock in milliseconds, for `wallSeconds` and `mips` only. */
  readonly wallMs: () => number;
}

/** Runs to the end. Throws InputError for a scenario that cannot start; a failing server is `end: 'failed'`. */
export function runScenario(request: RunRequest): RunReport {
  const { isa, image, program, scenario, observer, policyModule } = request;
  const startedMs = request.wallMs();
  const server = createServer({
    isa, image, scenario,
    ...(observer ? { observer } : {}),
    ...(policyModule ? { policyModule } : {}),
    ...(request.check ? { afterEvent: assertCoherent } : {}),
  });
  server.run();
  const wallSeconds = (request.wallMs() - startedMs) / 1000;
  return buildReport(server, program, request.ideal ? idealNs(request) : null, wallSeconds);
}

/** The same program on one node that has all the cores and memory; null if it does not come to its end there. */
function idealNs({ isa, image, scenario }: RunRequest): number | null {
  const { machine } = scenario;
  const server = createServer({
    isa, image,
    scenario: {
      ...scenario, policy: 'first-touch', policyOptions: {},
      machine: asOneNode(machine),
    },
  });
  return server.run().end === 'exit' ? server.nowPs / 1000 : null;
}
