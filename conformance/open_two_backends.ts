import type { Backend } from "../src/backend/backend.ts";
import { appendOne } from "./fixtures.ts";
import { BusRecorder } from "./bus_recorder.ts";
import type { CaseContext } from "./case_context.ts";

/**
 * Two backends on one storage: `own` records the events of the first in the run's namespace, `other` those of the
 * second.
 */
export async function openTwoBackends(context: CaseContext) {
  const [one, two] = await context.sharedBus();
  const own = new BusRecorder(context, "the backend itself");
  const other = new BusRecorder(context, "the other backend");
  own.in(one, context.namespace);
  const subscription = other.in(two, context.namespace);
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
