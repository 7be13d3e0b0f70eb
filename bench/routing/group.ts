import type { Row } from "../report.ts";
import { type Scale, SHORT } from "../scale.ts";

/** The names of modules in this folder, without `.ts`. */
const BENCHES = [
  "subject_bench",
  "references_bench",
  "churn_bench",
  "shape_bench",
  "change_bench",
  "pattern_bench",
  "handler_bench",
  "deliver_bench",
  "publish_bench",
  "held_bench",
  "held_subscriptions_bench",
] as const;

/** The request of {@link routingGroup} to the worker of a bench. */
export interface IsolateRequest {
  readonly bench: typeof BENCHES[number];
  readonly short: boolean;
}

/** Every row about routing and the bus. */
export async function* routingGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  for (const bench of BENCHES) yield* runIsolated({ bench, short: scale === SHORT });
}

/**
 * Runs a bench in a worker, which has its own heap and its own V8 isolate. In a shared isolate, V8 would optimize the
 * code of later benches for the data of earlier benches.
 */
async function* runIsolated(request: IsolateRequest): AsyncGenerator<Row, void, void> {
  const worker = new Worker(new URL("./isolate.ts", import.meta.url), { type: "module", name: request.bench });
  try {
    yield* new ReadableStream<Row>({
      start(controller) {
        worker.onmessage = ({ data }: MessageEvent<Row | null>) => {
          if (data === null) controller.close();
          else controller.enqueue(data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          controller.error(new Error(`Cannot finish ${request.bench}: ${event.message}`));
        };
        worker.postMessage(request);
      },
    });
  } finally {
    worker.terminate();
  }
}
