import type { Meter, OpenTelemetryApi, Span } from "./api.ts";
import { EMPTY_CONTEXT } from "./empty_context.ts";

/** A span without a valid identity. It is therefore added to no event. */
const NO_SPAN: Span = {
  spanContext: () => ({ traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 }),
  setAttributes: () => undefined,
  setStatus: () => undefined,
  end: () => undefined,
};

const NO_METER: Meter = {
  createCounter: () => ({ add: () => undefined }),
  createUpDownCounter: () => ({ add: () => undefined }),
  createHistogram: () => ({ record: () => undefined }),
  createGauge: () => ({ record: () => undefined }),
};

/** Parts of the API that record nothing, for a process that has registered only some parts. */
export const ABSENT_PARTS: OpenTelemetryApi = {
  trace: { getTracer: () => ({ startSpan: () => NO_SPAN }) },
  metrics: { getMeter: () => NO_METER },
  context: { active: () => EMPTY_CONTEXT, with: (_context, work) => work() },
};
