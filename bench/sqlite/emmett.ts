import { createRequire } from "node:module";
import { makeEvent } from "../jetstream/make_event.ts";
import { type Durability, SYNCHRONOUS } from "./bare_file.ts";

/** Compatible versions of Emmett's packages, and the driver that its SQLite store needs. */
const PACKAGES = [
  "@event-driven-io/emmett@0.38.5",
  "@event-driven-io/emmett-sqlite@0.38.5",
  "sqlite3@5.1.7",
];
const FOLDER = new URL("../../.cache/emmett-sqlite/", import.meta.url);

/** The part of Emmett's connection that the bench uses. */
interface Connection {
  command(sql: string): Promise<unknown>;
  close(): void;
}

/** The part of `@event-driven-io/emmett-sqlite` that the bench uses. */
interface Emmett {
  getSQLiteEventStore(options: { fileName: string }): {
    appendToStream(stream: string, events: readonly unknown[], options: object): Promise<{
      nextExpectedStreamVersion: bigint;
    }>;
  };
  sqliteConnection(options: { fileName: string }): Connection;
  appendToStream(
    connection: Connection,
    stream: string,
    type: string,
    events: readonly unknown[],
    options: object,
  ): Promise<{ nextStreamPosition: bigint }>;
}

/**
 * Emmett's SQLite store. The first use installs it with npm into `.cache/`, because its driver is a native module,
 * which npm downloads or compiles.
 *
 * @returns `undefined`, with a printed reason, if it cannot be installed.
 */
export async function loadEmmett(): Promise<Emmett | undefined> {
  const require = createRequire(new URL("index.js", FOLDER));
  try {
    return require("@event-driven-io/emmett-sqlite");
  } catch {
    await Deno.mkdir(FOLDER, { recursive: true });
    const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", ...PACKAGES];
    const command = new Deno.Command("npm", { args: ["--prefix", FOLDER.pathname, ...args], stdout: "null" });
    const { success } = await command.spawn().status;
    if (success) return require("@event-driven-io/emmett-sqlite");
    console.error("Emmett's SQLite store could not be installed: its rows are left out");
    return undefined;
  }
}

/**
 * Appends with the default settings of the store, which opens a connection for each append. The store does not wait for
 * the `PRAGMA journal_mode` of that connection: an append that fails because the pragma still runs is repeated.
 */
export function appendWithDefaults(
  emmett: Emmett,
  fileName: string,
): (actor: string, version: number) => Promise<number> {
  const store = emmett.getSQLiteEventStore({ fileName });
  return async (actor, version) => {
    const options = { expectedStreamVersion: BigInt(version) };
    while (true) {
      try {
        const { nextExpectedStreamVersion } = await store.appendToStream(actor, [makeEvent(version)], options);
        return Number(nextExpectedStreamVersion);
      } catch (error) {
        if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
      }
    }
  };
}

/** Emmett's append on one connection, which stays open. */
export class KeptConnection implements Disposable {
  readonly #emmett: Emmett;
  readonly #connection: Connection;

  private constructor(emmett: Emmett, connection: Connection) {
    this.#emmett = emmett;
    this.#connection = connection;
  }

  /** @param fileName A file whose tables exist. */
  static async open(emmett: Emmett, fileName: string, durability: Durability): Promise<KeptConnection> {
    const connection = emmett.sqliteConnection({ fileName });
    await connection.command(`PRAGMA synchronous = ${SYNCHRONOUS[durability]}`);
    return new KeptConnection(emmett, connection);
  }

  /** Appends one event to an actor at a version, and returns the next version. */
  async append(actor: string, version: number): Promise<number> {
    const event = { kind: "Event", metadata: {}, ...makeEvent(version) };
    const options = { expectedStreamVersion: BigInt(version) };
    const result = await this.#emmett.appendToStream(this.#connection, actor, actor, [event], options);
    return Number(result.nextStreamPosition);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}
