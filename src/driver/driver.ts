import type { Namespace } from "../base/namespace.ts";
import type { BusTransport } from "./bus_transport.ts";
import type { Calls } from "./calls.ts";
import type { Log } from "./log.ts";
import type { Records } from "./records.ts";

/**
 * The interface that an adapter implements; `createBackend` makes a backend of it. The core contains everything that is
 * the same for all storages. A driver only stores and transports data.
 */
export interface Driver {
  /** The guarantees and limits of the storage. */
  readonly capabilities: Capabilities;
  /** Carries bus events between processes. Absent if only one process can use the storage. */
  readonly transport?: BusTransport | undefined;
  /**
   * Carries requests between processes. Absent if the adapter has no such transport: each process then executes its own
   * commands.
   */
  readonly calls?: Calls | undefined;
  /** The records of the backend, which belong to no namespace. Absent if the adapter keeps none. */
  readonly records?: Records | undefined;
  /** Calls a function after each reconnection to the storage. Absent if the storage has no connection. */
  onReconnect?(listener: () => void): void;
  /**
   * Checks with one round trip that the storage answers. Rejects if it does not. Absent if the storage is the memory of
   * this process.
   */
  probe?(signal: AbortSignal): Promise<StorageProbe>;
  /**
   * Opens the log of a namespace, without I/O. A backend opens each namespace at most once. A driver must permit a
   * second call for a namespace: `importLog` may have opened the namespace before the backend does.
   */
  open(namespace: Namespace): Log;
  /**
   * The namespaces that have stored events, in any order. The driver omits stored names that are not valid namespaces.
   */
  namespaces(): Iterable<Namespace> | AsyncIterable<Namespace>;
  /** Releases all resources. The core calls `close` once, and calls no other method afterwards. */
  close(): Promise<void>;
}

/** The answer of a storage to a probe. A fact that the storage does not report is absent. */
export interface StorageProbe {
  /** The time of the storage when it answered, in ms since the epoch. */
  readonly serverTime?: number | undefined;
  /** Bytes that all namespaces use together. */
  readonly usedBytes?: number | undefined;
  /** The limit of `usedBytes`. */
  readonly maxBytes?: number | undefined;
}

/** The guarantees and limits of a backend. */
export interface Capabilities {
  /**
   * The failures that an acknowledged append survives. `"none"`: the append is lost when this process ends.
   * `"process"`: it survives a crash of any process, but not a power loss. `"disk"`: it survives a power loss.
   * `"quorum"`: it survives the loss of a minority of the machines.
   */
  readonly durability: "none" | "process" | "disk" | "quorum";
  /** Maximum bytes of one commit in its JSON form. */
  readonly maxCommitBytes: number;
}
