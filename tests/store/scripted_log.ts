import type { Driver, Log, Page } from "@flowmade-one/aether/adapter";
import { createBackend } from "@flowmade-one/aether/adapter";
import { type EventStore, parseNamespace, type RecordedEvent } from "@flowmade-one/aether";
import { recordCommit } from "@flowmade-one/aether/adapter";

const unscripted = (): never => {
  throw new Error("Cannot call this method: the test has no script for it");
};

const unscriptedLog: Log = {
  append: unscripted,
  readActor: unscripted,
  readLog: unscripted,
  follow: unscripted,
  latestCommit: unscripted,
  latestVersion: unscripted,
  putSnapshot: unscripted,
  getSnapshot: unscripted,
};

/** A store over a log whose methods the test provides, for behaviour that a real adapter does not show on demand. */
export function scriptedStore(script: Partial<Log>): EventStore {
  const driver: Driver = {
    capabilities: { durability: "none", maxCommitBytes: 1_000_000 },
    open: () => ({ ...unscriptedLog, ...script }),
    namespaces: () => [],
    close: () => Promise.resolve(),
  };
  return createBackend(driver).store("scripted");
}

/** A page of one-event commits of the actor "a", from a version on. */
export function page(firstVersion: number, count: number): Page {
  return Array.from({ length: count }, (_, i) => recorded(firstVersion + i));
}

function recorded(version: number): RecordedEvent {
  const event = {
    id: `e${version}`,
    type: version % 2 ? "Odd" : "Even",
    schemaVersion: 1,
    data: version,
    metadata: {},
  };
  const commit = { actorId: "a", id: `c${version}`, timestamp: 0, events: [event] };
  const log = { namespace: parseNamespace("scripted"), identity: "3f9c0a1b2c4d" };
  return recordCommit(log, commit, version, version)[0]!;
}

/** A promise and the function that resolves it. A test delays an operation with it, without a timer. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
