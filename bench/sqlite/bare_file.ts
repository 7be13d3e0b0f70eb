import { DatabaseSync, type StatementSync } from "node:sqlite";

/** The failure that an acknowledged commit survives: a power loss, or a crash of the process. */
export type Durability = "disk" | "process";

/** The value of `PRAGMA synchronous` that gives each durability in WAL mode. */
export const SYNCHRONOUS: Readonly<Record<Durability, string>> = { disk: "FULL", process: "NORMAL" };

/**
 * The limit of the SQLite benches: one table, with the unique index that detects a conflict. It stores prepared
 * strings of JSON with the statements that an application would write by hand, and checks nothing.
 */
export class BareFile implements Disposable {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #insert: StatementSync;
  readonly #commit: StatementSync;
  readonly #page: StatementSync;

  constructor(path: string, durability: Durability) {
    const database = new DatabaseSync(path);
    database.prepare("PRAGMA journal_mode = WAL").get();
    database.prepare(`PRAGMA synchronous = ${SYNCHRONOUS[durability]}`).run();
    database.prepare("PRAGMA wal_autocheckpoint = 4000").run(); // The value of the store: fewer checkpoints.
    database.prepare(
      "CREATE TABLE events (id INTEGER PRIMARY KEY, actor TEXT, version INTEGER, body TEXT, UNIQUE (actor, version))",
    ).run();
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#insert = database.prepare("INSERT INTO events (actor, version, body) VALUES (?, ?, ?)");
    this.#commit = database.prepare("COMMIT");
    this.#page = database.prepare("SELECT id, actor, version, body FROM events WHERE id > ? ORDER BY id LIMIT 256");
    this.#database = database;
  }

  /** Stores one event for each actor in one transaction. */
  store(actors: readonly string[], version: number, bodies: readonly string[]): void {
    this.#begin.run();
    for (let i = 0; i < actors.length; i++) this.#insert.run(actors[i]!, version, bodies[i]!);
    this.#commit.run();
  }

  /** At most 256 rows after a key, each with its body as JSON. */
  page(after: number): { readonly id: number; readonly version: number; readonly body: string }[] {
    return this.#page.all(after) as unknown as { id: number; version: number; body: string }[];
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
