// The library: everything a program needs to assemble a guest, run it on a simulated server, and learn from the run.
// It reads no file and no clock, and bundles for a browser.
export { builtinIsa, isaNames } from '../isa/index.js';
export { InputError, formatDiagnostic, type Diagnostic } from './base/diagnostics.js';
export type { SourceFile, Span } from './base/source.js';
export { assemble, type AssembleOptions, type Assembly } from './guest/asm/assemble.js';
export { disassemble } from './guest/asm/disassemble.js';
export type { Image, Segment } from './guest/asm/image.js';
export { formatListing } from './guest/asm/listing.js';
export { cardHtml, cardText } from './guest/lang/card.js';
export { loadIsa } from './guest/lang/load.js';
export type { ExternFunction, Isa, IsaBinding } from './guest/lang/model.js';
export { fabricNames, fabricPreset, machineNames, machinePreset } from './server/fabric/presets.js';
export type { Observer, SpanKind, TimePart } from './server/observe.js';
export { policyModule, policyNames } from './server/placement/catalogue.js';
export type { Decision, NodeView, OwnerDecision, OwnerRequest, Policy, PolicyModule, PolicyParameter, Stall } from './server/placement/seam.js';
export { createServer, type Ending, type Server, type ServerOptions } from './server/server.js';
export type { CoreSpec, FabricSpec, KernelCosts, MachineSpec, MemorySpec, Scenario, SliceMode } from './server/spec.js';
export { compare, summarise, type CompareRequest, type Comparison } from './study/experiment/compare.js';
export { compareText } from './study/experiment/compare-text.js';
export { runScenario, type RunRequest } from './study/experiment/run.js';
export type { Interval, SummaryRow } from './study/experiment/summary.js';
export { chromeTrace, chromeTraceText, type ChromeTrace, type TraceEvent } from './study/report/chrome-trace.js';
export type { RunLog } from './study/report/log/log.js';
export { Recorder } from './study/report/log/recorder.js';
export { pictureHtml } from './study/report/picture/picture.js';
export type { MoveCount, NodeReport, RunReport, VcpuReport } from './study/report/report.js';
export { summaryText } from './study/report/summary.js';
export type { Words } from './study/report/words.js';
