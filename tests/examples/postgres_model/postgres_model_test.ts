import type { EventStore } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { project, type ReadModel } from "@flowmade-one/aether/projections";
import { assertEquals, assertStringIncludes } from "@std/assert";
import pg from "pg";
import {
  type Connection,
  type ConnectionPool,
  MARKS_TABLE,
  postgresModel,
} from "../../../examples/postgres_model/postgres_model.ts";
import { findPostgres, startPostgres } from "../../../tools/postgres/start_postgres.ts";
import { inRoot } from "../../../tools/root.ts";

const programs = await findPostgres();
if (programs === undefined) {
  console.warn("Tests that need a PostgreSQL server are skipped. Install Debian's package postgresql");
}

/** Runs the cases on one server. Each case has a new database and two pools of connections to it. */
Deno.test({
  name: "postgresModel() on a PostgreSQL server",
  ignore: programs === undefined,
  timeout: 60_000,
  async fn(t) {
    await using server = await startPostgres(programs!);
    const { host, user } = server;
    const open = (database: string) => {
      const pool = new pg.Pool({ host, user, database, max: 2 });
      // The server may end a connection. A query on it then fails, or the pool replaces the connection.
      const ignore = () => {};
      pool.on("error", ignore);
      pool.on("connect", (connection: { on(name: "error", listener: () => void): void }) => {
        connection.on("error", ignore);
      });
      return pool;
    };
    let databases = 0;
    for (const [name, run] of CASES) {
      await t.step(name, async () => {
        const database = `model_${databases++}`;
        const admin = open(user);
        await admin.query(`CREATE DATABASE ${database}`);
        await admin.end();
        const pools = [open(database), open(database)] as const;
        await pools[0].query(MARKS_TABLE);
        await pools[0].query("CREATE TABLE applied (place serial, event text NOT NULL)");
        try {
          await run(...pools);
        } finally {
          await Promise.all(pools.map((pool) => pool.end()));
        }
      });
    }
  },
});

const CASES: readonly [name: string, run: (pool: ConnectionPool, other: ConnectionPool) => Promise<void>][] = [
  ["contains each event once, in order, and continues at its mark", async (pool) => {
    const store = memory().store("shop");
    for (let i = 0; i < 2; i++) {
      await append(store, 700);
      await using projection = project(store, modelOf(pool));
      await projection.caughtUp;
      await append(store, 3);
      await projection.reached((await store.end())!);
    }
    await assertComplete(store, pool);
  }],

  ["rolls back a failed transaction with its mark", async (pool) => {
    const store = memory().store("shop");
    await append(store, 10);
    const errors: unknown[] = [];
    let failures = 2;
    const model = modelOf(pool, () => {
      if (failures-- > 0) throw new Error("the disk is full");
    });
    await using projection = project(store, model, { batch: 4, onError: (error) => errors.push(error) });
    await projection.caughtUp;
    assertEquals(errors.length, 2);
    await assertComplete(store, pool);
  }],

  ["reports a transaction that the server rolls back because apply caught the error of a statement", async (pool) => {
    const store = memory().store("shop");
    await append(store, 10);
    let batches = 0;
    const model = modelOf(pool, async (connection) => {
      if (++batches === 2) await connection.query("SELECT 1 / 0").catch(() => {});
    });
    const errors: unknown[] = [];
    await using projection = project(store, model, { batch: 4, onError: (error) => errors.push(error) });
    await projection.caughtUp;
    assertEquals(errors.length, 1);
    assertStringIncludes(String(errors[0]), "a statement failed");
    await assertComplete(store, pool);
  }],

  ["contains each event once while two processes project", async (pool, other) => {
    const store = memory().store("shop");
    await append(store, 100);
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    await using one = project(store, modelOf(pool), { batch: 3, onError });
    await using two = project(store, modelOf(other), { batch: 4, onError });
    for (let i = 0; i < 20; i++) await append(store, 5);
    const end = (await store.end())!;
    await Promise.all([one.reached(end), two.reached(end)]);
    await assertComplete(store, pool);
    assertEquals(errors, []);
  }],

  ["continues after the server has ended the connection of a transaction", async (pool, other) => {
    const store = memory().store("shop");
    await append(store, 50);
    let terminations = 3;
    const model = modelOf(pool, async (connection) => {
      const { rows } = await connection.query("SELECT pg_backend_pid() AS pid");
      if (terminations-- > 0) await other.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    });
    const errors: unknown[] = [];
    await using projection = project(store, model, { batch: 5, onError: (error) => errors.push(error) });
    await projection.caughtUp;
    await assertComplete(store, other);
    assertEquals(errors.length, 3);
  }],

  ["is cleared and rebuilt if the log was replaced", async (pool) => {
    const former = memory().store("shop");
    await append(former, 8);
    {
      await using projection = project(former, modelOf(pool));
      await projection.caughtUp;
    }
    const store = memory().store("shop");
    await append(store, 3);
    await using projection = project(store, modelOf(pool), { onError: () => {} });
    await projection.caughtUp;
    await assertComplete(store, pool);
  }],
];

Deno.test("docs/projections.md shows the code of postgresModel()", async () => {
  const source = await Deno.readTextFile(inRoot("examples/postgres_model/postgres_model.ts"));
  const shown = source.slice(source.indexOf("export function postgresModel"));
  assertStringIncludes(await Deno.readTextFile(inRoot("docs/projections.md")), shown);
});

/** A model with one row for each event. `interfere` runs in the transaction, after the rows were inserted. */
function modelOf(
  pool: ConnectionPool,
  interfere: (connection: Connection) => void | Promise<void> = () => {},
): ReadModel {
  return postgresModel(pool, {
    name: "applied",
    apply: async (connection, events) => {
      const insert = "INSERT INTO applied (event) SELECT * FROM unnest($1::text[])";
      await connection.query(insert, [events.map(({ id }) => id)]);
      await interfere(connection);
    },
    clear: (connection) => connection.query("DELETE FROM applied"),
  });
}

async function append(store: EventStore, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: "any" });
}

/** Asserts that the model contains each event of the store once, in order. */
async function assertComplete(store: EventStore, pool: ConnectionPool): Promise<void> {
  const { rows } = await pool.query("SELECT event FROM applied ORDER BY place");
  assertEquals(rows.map(({ event }) => event), (await store.readAll().toArray()).map(({ id }) => id));
}
