import type { Backend } from "@flowmade-one/aether";
import { createBackend, type Log } from "@flowmade-one/aether/adapter";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { FaultyDriver } from "../conformance/faulty_driver.ts";

/** A backend in memory with a fault, and a record of the writes of snapshots and the reads of actors. */
export function faulty(fault: (log: Log) => Partial<Log>): { backend: Backend; requests: string[] } {
  const requests: string[] = [];
  const recording = (log: Log): Partial<Log> => {
    const faults = { ...log, ...fault(log) };
    return {
      ...fault(log),
      putSnapshot: (actorId, snapshot, keep, signal) => {
        requests.push(`put ${snapshot.version}`);
        return (faults.putSnapshot ?? log.putSnapshot.bind(log))(actorId, snapshot, keep, signal);
      },
      readActor: (actorId, range, signal) => {
        requests.push(`read ${range.backwards ? "back" : "from"} ${range.backwards ? range.to : range.from}`);
        return log.readActor(actorId, range, signal);
      },
    };
  };
  return { backend: createBackend(new FaultyDriver(new MemoryDriver({}), { fault: recording })), requests };
}
