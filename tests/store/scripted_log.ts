import type { Driver, Log, Page } from "@flowmade-one/aether/adapter";
import { createBackend } from "@flowmade-one/aether/adapter";
import { type EventStore, parseNamespace, type RecordedEvent } from "@flowmade-one/aether";
import { recordCommit } from "@flowmade-one/aether/adapter";

const unscripted = (): never => {
  throw new Error("the test has no script for this");
};

const silent: Log = {
  append: unscripted,
  readActor: unscripted,
  readLog: unscripted,
  follow: unscripted,
  latestCommit: unscripted,
  latestVersion: unscripted,
  putSnapshot: unscripted,
  getSnapshot: unscripted,
};

/** A store over a log that answers as a test says: for what no adapter does at will. */
export function scriptedStore(script: Partial<Log>): EventStore {
  const driver: Driver = {
    capabilities: { durability: "none", maxCommitBytes: 1_000_000 },
    open: () => ({ ...silent, ...script }),
    namespaces: () => [],
    close: () => Promise.resolve(),
  };
  return createBackend(driver).store("scripted");
}

/** A page of a number of one-event commits of actor "a", from a version on. */
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

/** A promise, and the function that settles it: for a test to hold things up without waiting for time. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
