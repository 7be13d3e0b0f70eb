import type { Namespace } from "../base/namespace.ts";
import type { BusTransport } from "./carrier.ts";
import type { Log } from "./log.ts";
import type { Records } from "./records.ts";

/**
 * What an adapter implements, and `createBackend` makes a backend of. The core owns everything that is the same
 * everywhere; a driver stores and carries.
 */
export interface Driver {
  /** What the backend can be relied on for. */
  readonly capabilities: Capabilities;
  /** Carries bus events between processes; absent where a storage belongs to one process. */
  readonly transport?: BusTransport | undefined;
  /** The records of the backend, which belong to no namespace. Absent if the adapter keeps none. */
  readonly records?: Records | undefined;
  /** Opens a namespace's log, without I/O. A backend opens each namespace once, and `importLog` may have opened it before. */
  open(namespace: Namespace): Log;
  /** The namespaces that have stored events, in any order. A name that is not a namespace is left out. */
  namespaces(): Iterable<Namespace> | AsyncIterable<Namespace>;
  /** Releases everything that was opened. The core calls it once, and no method afterwards. */
  close(): Promise<void>;
}

/** What a backend can be relied on for. */
export interface Capabilities {
  /**
   * What an acknowledged append survives: `"none"`: it is gone with this process; `"process"`: a crash of any process,
   * but not of the machine's power; `"disk"`: a power loss; `"quorum"`: the loss of a minority of machines.
   */
  readonly durability: "none" | "process" | "disk" | "quorum";
  /** The most bytes of one commit in its JSON form. */
  readonly maxCommitBytes: number;
}
