import type { Backend } from "../src/backend/backend.ts";
import { appendOne } from "./fixtures.ts";
import { BusRecorder } from "./bus_recorder.ts";
import type { CaseContext } from "./case_context.ts";

/**
 * Two backends on one storage: `own` records the events of the first in the run's namespace, `other` those of the
 * second.
 */
export async function openTwoBackends(scene: CaseContext) {
  const [one, two] = await scene.sharedBus();
  const own = new BusRecorder(scene, "the backend itself");
  const other = new BusRecorder(scene, "the other backend");
  own.in(one, scene.namespace);
  const subscription = other.in(two, scene.namespace);
  await other.reachedBy(one, scene.namespace);
  return { one, two, own, other, subscription };
}

/** Publishes and appends an event in each namespace. */
export async function publishAndAppend(backend: Backend, names: readonly string[]): Promise<void> {
  for (const name of names) {
    backend.bus.within(name).publish("order.1", { type: "Viewed", data: {} });
    await appendOne(backend.store(name), "order.1");
  }
}
