/** Changes of a file that another process or another program makes, at a moment that the test determines. */
import { parseNamespace } from "@flowmade-one/aether";
import { stringifyCommit } from "@flowmade-one/aether/adapter";
import { assert } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { BusEvents, KEPT_MS } from "../../adapters/sqlite/bus/bus_events.ts";
import { keyOf } from "../../adapters/sqlite/database/schema.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { appendCommit } from "../../adapters/sqlite/log/append_commit.ts";
import { LogState } from "../../adapters/sqlite/log/log_state.ts";

/** The size of a page of a file. */
const PAGE_BYTES = 4_096;

/**
 * Appends an event to an actor of the namespace "t" synchronously, as another process does.
 *
 * @param file A connection that only the other process uses.
 */
export function appendAsOther(file: StoreFile, actorId: string): void {
  const namespace = parseNamespace("t");
  const event = { id: crypto.randomUUID(), type: "Made", schemaVersion: 1, data: {}, metadata: {} };
  const content = { timestamp: 1, events: [event] };
  const body = stringifyCommit(content);
  file.connection.run("BEGIN IMMEDIATE");
  file.refresh();
  const commit = { actorId, expectedVersion: "any", id: event.id, ...content } as const;
  const outcome = appendCommit(new LogState(namespace, file), commit, body, body.length);
  assert("ok" in outcome && outcome.ok);
  new BusEvents(file, "other").sendCommit(namespace, actorId, outcome.offset);
  file.connection.run("COMMIT");
}

/**
 * Expires the first commits of the log of the namespace "t" and deletes their rows synchronously, as another process
 * does.
 *
 * @param file A connection that only the other process uses.
 * @param actorId The only actor of the log.
 */
export function expireAsOther(file: StoreFile, actorId: string, commits: number): void {
  const { connection } = file;
  connection.run("BEGIN IMMEDIATE");
  file.refresh();
  const log = new LogState(parseNamespace("t"), file);
  const { id, extent } = log;
  if (commits === extent.lastOffset) {
    connection.run("INSERT INTO version_floors VALUES (?, ?, ?)", id!, actorId, log.versionOf(actorId));
  }
  log.expire({ expiredOffset: commits, expiredBytes: 1 });
  connection.run(`DELETE FROM commits WHERE log_key <= ${keyOf("?", "?")}`, id!, commits);
  connection.run("COMMIT");
}

/** Deletes all bus events, as another process does when they are old. */
export function deleteBusEvents(file: StoreFile): void {
  const later = new BusEvents(file, "other", () => Date.now() + KEPT_MS + 1);
  while (later.deleteOld(true));
}

/** Executes statements in another program. */
export function executeSql(path: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Reads a value in another program. */
export function queryValue(path: string, sql: string): unknown {
  const database = new DatabaseSync(path);
  const row = database.prepare(`SELECT (${sql}) AS value`).get();
  database.close();
  return row?.["value"];
}

/** Overwrites the first page of a table in a file that no process has open. */
export async function damageTable(path: string, table: string): Promise<void> {
  const page = queryValue(path, `SELECT rootpage FROM sqlite_schema WHERE name = '${table}'`) as number;
  using file = await Deno.open(path, { write: true });
  await file.seek((page - 1) * PAGE_BYTES, Deno.SeekMode.Start);
  await file.write(new Uint8Array(PAGE_BYTES).fill(0x77));
}

/**
 * Locks a file for other writers by a transaction of another program, until disposal.
 *
 * @param setting A statement before the transaction.
 */
export function lockFile(path: string, kind: "IMMEDIATE" | "EXCLUSIVE" = "IMMEDIATE", setting = ""): Disposable {
  const database = new DatabaseSync(path);
  database.exec(setting);
  database.exec(`BEGIN ${kind}`);
  let isLocked = true;
  return {
    [Symbol.dispose]: () => {
      if (isLocked) database.close();
      isLocked = false;
    },
  };
}
