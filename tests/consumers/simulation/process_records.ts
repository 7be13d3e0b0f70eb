/** The records of a simulated process, as its consumer uses them. */
import type { Records } from "../../../src/driver/records.ts";
import { UnavailableError } from "../../../errors.ts";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { SimulatedRecords } from "../../cluster/simulation/simulated_storage.ts";

/** The records of a process, as an object whose functions a mistake can replace. */
export function delegate(records: SimulatedRecords): Records {
  return {
    isReplaceable: false,
    put: (key, value, expected, signal) => records.put(key, value, expected, signal),
    scan: (prefix, after, signal) => records.scan(prefix, after, signal),
    delete: (key, revision, signal) => records.delete(key, revision, signal),
    onHint: (prefix, listener) => records.onHint(prefix, listener),
  };
}

/** Milliseconds after which a request without an answer fails. */
const REQUEST_TIMEOUT = 2_000;

/** Records whose requests fail after {@link REQUEST_TIMEOUT}, as in every adapter. */
export function withTimeout(records: Records, { environment }: SimulatedProcess): Records {
  const callWithTimeout = <T>(call: (signal: AbortSignal) => T) => {
    const timeout = new AbortController();
    const reason = new UnavailableError("no answer");
    environment.schedule(REQUEST_TIMEOUT, () => timeout.abort(reason));
    return call(timeout.signal);
  };
  return {
    isReplaceable: false,
    put: (key, value, expected) => callWithTimeout((signal) => records.put(key, value, expected, signal)),
    scan: (prefix, after) => callWithTimeout((signal) => records.scan(prefix, after, signal)),
    delete: (key, revision) => callWithTimeout((signal) => records.delete(key, revision, signal)),
  };
}
