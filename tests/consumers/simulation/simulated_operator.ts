import type { Records } from "../../../src/driver/records.ts";
import { controlContext } from "../../../src/consumers/control_consumer.ts";
import { StoredConsumer } from "../../../src/consumers/stored_consumer.ts";
import { CoordinatorPool } from "../../../src/coordination/coordinator_pool.ts";
import { CloseScope } from "../../../src/lifecycle/close_scope.ts";
import { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { SimulatedStorage } from "../../cluster/simulation/simulated_storage.ts";
import { type SimulatedEventLog, SimulatedLogClient } from "./simulated_event_log.ts";

/** The name with which the operator writes to the storage. */
export const OPERATOR = "the operator";

/** The control of an operator, whose requests are never lost or delayed. */
export function simulatedOperator(name: string, log: SimulatedEventLog, storage: SimulatedStorage): StoredConsumer {
  const { time, random } = storage;
  const records: Records = {
    isReplaceable: false,
    put: (key, value, expected) => storage.put(key, value, expected, OPERATOR),
    scan: (prefix, after) => ({ ...storage.scan(prefix, after), generation: 0 }),
    delete: (key, revision) => storage.delete(key, revision),
  };
  const process = new SimulatedProcess(OPERATOR, time, random, 1);
  const parts = {
    log: new SimulatedLogClient(log, storage.join(process), process, time, random),
    eventTypes: undefined,
    records,
    lifetime: new CloseScope("the store"),
    coordinators: new CoordinatorPool(records, process.environment),
    consuming: new Set<string>(),
    observer: undefined,
  };
  return new StoredConsumer(name, controlContext(log.namespace, name, parts));
}
