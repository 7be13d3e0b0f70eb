/// <reference lib="deno.worker" />
/** The worker that `group.ts` starts for each bench. It runs the bench, sends its rows, and then sends `null`. */
import type { Row } from "../report.ts";
import { FULL, type Scale, SHORT } from "../scale.ts";
import type { IsolateRequest } from "./group.ts";

type Bench = (scale: Scale) => Iterable<Row> | AsyncIterable<Row>;

const LOADERS: Readonly<Record<IsolateRequest["bench"], () => Promise<Bench>>> = {
  subject_bench: async () => (await import("./subject_bench.ts")).benchSubjects,
  references_bench: async () => (await import("./references_bench.ts")).benchReferences,
  churn_bench: async () => (await import("./churn_bench.ts")).benchChurn,
  shape_bench: async () => (await import("./shape_bench.ts")).benchShapes,
  change_bench: async () => (await import("./change_bench.ts")).benchChanges,
  pattern_bench: async () => (await import("./pattern_bench.ts")).benchPatterns,
  handler_bench: async () => (await import("./handler_bench.ts")).benchHandlers,
  deliver_bench: async () => (await import("./deliver_bench.ts")).benchDelivery,
  publish_bench: async () => (await import("./publish_bench.ts")).benchPublish,
  held_bench: async () => (await import("./held_bench.ts")).benchHeldPatterns,
  held_subscriptions_bench: async () => (await import("./held_subscriptions_bench.ts")).benchHeldSubscriptions,
};

self.onmessage = async ({ data: { bench, short } }: MessageEvent<IsolateRequest>) => {
  const run = await LOADERS[bench]();
  for await (const row of run(short ? SHORT : FULL)) self.postMessage(row);
  self.postMessage(null);
};
