import type { Backend } from "../src/backend/backend.ts";
import { appendOne } from "./fixtures.ts";
import { BusRecorder } from "./bus_recorder.ts";
import type { CaseContext } from "./case_context.ts";

/**
 * Opens the backends `one` and `two` on one storage. In the namespace of the run, `own` records the events that `one`
 * delivers, and `other` records the events that `two` delivers.
 */
export async function openTwoBackends(context: CaseContext) {
  const [one, two] = await context.sharedBus();
  const own = new BusRecorder(context, "the backend itself");
  const other = new BusRecorder(context, "the other backend");
  own.subscribe(one, context.namespace);
  const subscription = other.subscribe(two, context.namespace);
  await other.reachedBy(one, context.namespace);
  return { one, two, own, other, subscription };
}

/** Publishes and appends an event in each namespace. */
export async function publishAndAppend(backend: Backend, names: readonly string[]): Promise<void> {
  for (const name of names) {
    backend.bus.within(name).publish("order.1", { type: "Viewed", data: {} });
    await appendOne(backend.store(name), "order.1");
  }
}
