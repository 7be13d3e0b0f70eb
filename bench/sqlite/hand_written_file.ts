import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Durability, SYNCHRONOUS } from "./bare_file.ts";

/**
 * Events in a table as an application would write it by hand. Each event has an id, a time and JSON. The ids are
 * unique, and so are actor and version. The class does not check or copy events, and has no namespaces, positions,
 * retention or subscriptions.
 */
export class HandWrittenFile implements Disposable {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #insert: StatementSync;
  readonly #commit: StatementSync;

  constructor(path: string, durability: Durability) {
    const database = new DatabaseSync(path);
    database.prepare("PRAGMA journal_mode = WAL").get();
    database.prepare(`PRAGMA synchronous = ${SYNCHRONOUS[durability]}`).run();
    database.prepare(
      `CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, actor TEXT NOT NULL,
        version INTEGER NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (actor, version)) STRICT`,
    ).run();
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#insert = database.prepare("INSERT INTO events (id, actor, version, time, body) VALUES (?, ?, ?, ?, ?)");
    this.#commit = database.prepare("COMMIT");
    this.#database = database;
  }

  /** Stores one event for each actor in one transaction. `makeEvent` is called with the index of the actor. */
  store(actors: readonly string[], version: number, makeEvent: (i: number) => object): void {
    this.#begin.run();
    for (let i = 0; i < actors.length; i++) {
      this.#insert.run(crypto.randomUUID(), actors[i]!, version, Date.now(), JSON.stringify(makeEvent(i)));
    }
    this.#commit.run();
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
