import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { type Mark, project, sqliteModel, type SqliteModelOptions } from "@flowmade-one/aether/projections";
import { DatabaseSync } from "node:sqlite";

/** A database with one table, and functions on it. */
function database() {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE rows (actor TEXT NOT NULL, version INTEGER NOT NULL) STRICT");
  const options = {
    name: "rows",
    apply: ({ actorId, version }: { readonly actorId: string; readonly version: number }) => {
      db.prepare("INSERT INTO rows VALUES (?, ?)").run(actorId, version);
    },
    clear: () => db.exec("DELETE FROM rows"),
  };
  const rows = () => db.prepare("SELECT actor, version FROM rows").all().map(({ version }) => version);
  const marks = () => db.prepare("SELECT name FROM aether_marks ORDER BY name").all().map(({ name }) => name);
  return { db, options, rows, marks };
}

async function append(store: EventStore, count: number) {
  for (let i = 0; i < count; i++) await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: "any" });
}

const refused: [name: string, options: unknown, argument: string][] = [
  ["no options", undefined, "options"],
  ["no name", { apply: () => {} }, "name"],
  ["an empty name", { name: "", apply: () => {} }, "name"],
  ["a name of 129 characters", { name: "n".repeat(129), apply: () => {} }, "name"],
  ["no apply", { name: "rows" }, "apply"],
  ["a clear that is no function", { name: "rows", apply: () => {}, clear: true }, "clear"],
  ["a misspelt option", { name: "rows", apply: () => {}, reset: () => {} }, "reset"],
];

for (const [name, options, argument] of refused) {
  Deno.test(`sqliteModel() refuses ${name}`, () => {
    const error = assertThrows(() => sqliteModel(database().db, options as SqliteModelOptions<never>));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}

const notDatabases: [name: string, database: unknown, message: string][] = [
  ["no database", undefined, "database is missing"],
  ["a path", "orders.db", "a connection with exec and prepare"],
  ["a promise of a database", Promise.resolve(database().db), "not a Promise"],
];

for (const [name, db, message] of notDatabases) {
  Deno.test(`sqliteModel() refuses ${name}`, () => {
    const error = assertThrows(() => sqliteModel(db as DatabaseSync, database().options));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, "database");
    assertStringIncludes(error.message, message);
  });
}

Deno.test("sqliteModel() finds its mark with a connection that returns each row as an array", async () => {
  const db = new DatabaseSync(":memory:", { returnArrays: true } as object);
  let applied = 0;
  const model = sqliteModel(db, { name: "rows", apply: () => void applied++ });
  const store = memory().store("shop");
  await append(store, 3);
  for (const _restart of [1, 2]) {
    await using projection = project(store, model);
    await projection.caughtUp;
  }
  assertEquals(applied, 3);
});

Deno.test("sqliteModel() stores the mark and the changes of a batch in one transaction", async () => {
  const { db, options, rows, marks } = database();
  const store = memory().store("shop");
  await append(store, 5);
  let failures = 1;
  const model = sqliteModel(db, {
    ...options,
    name: "n".repeat(128),
    apply: (event) => {
      options.apply(event);
      if (event.version === 4 && failures-- > 0) throw new Error("a bug");
    },
  });
  await using projection = project(store, model, {
    onError: () => assertEquals([rows(), marks()], [[], []]),
  });
  await projection.caughtUp;
  assertEquals([rows(), marks(), failures], [[1, 2, 3, 4, 5], ["n".repeat(128)], -1]);
});

Deno.test("sqliteModel() keeps a mark for each name in one database", async () => {
  const { db, options, rows, marks } = database();
  const store = memory().store("shop");
  await append(store, 2);
  await using one = project(store, sqliteModel(db, options));
  await using two = project(store, sqliteModel(db, { ...options, name: "again" }));
  await Promise.all([one.caughtUp, two.caughtUp]);
  assertEquals([rows().length, marks()], [4, ["again", "rows"]]);
});

Deno.test("sqliteModel().apply() fails if the mark has moved, and changes nothing", () => {
  const { db, options, rows } = database();
  const model = sqliteModel(db, options);
  const event = { actorId: "a", version: 1 } as never;
  model.apply([event], "m1" as Mark, undefined);
  for (const before of [undefined, "m0" as Mark]) {
    const error = assertThrows(() => model.apply([event], "m2" as Mark, before));
    assertStringIncludes(String(error), "another process has applied them");
  }
  assertEquals([rows(), model.mark()], [[1], "m1" as Mark]);
});

Deno.test("sqliteModel().clear() empties the model only if its mark has not moved", () => {
  const { db, options, rows } = database();
  const model = sqliteModel(db, options);
  model.apply([{ actorId: "a", version: 1 } as never], "m1" as Mark, undefined);
  model.clear!("m0" as Mark);
  assertEquals([rows(), model.mark()], [[1], "m1" as Mark]);
  model.clear!("m1" as Mark);
  assertEquals([rows(), model.mark()], [[], undefined]);
  assertEquals(sqliteModel(db, { ...options, clear: undefined }).clear, undefined);
});

Deno.test("sqliteModel() stops the projection if its option apply returns a promise, and changes nothing", async () => {
  const { db, options, rows, marks } = database();
  const store = memory().store("shop");
  await append(store, 1);
  const apply = (event: Parameters<typeof options.apply>[0]) => {
    options.apply(event);
    return Promise.reject(new Error("too late"));
  };
  const projection = project(store, sqliteModel(db, { ...options, apply }), { onError: () => {} });
  const error = await assertRejects(() => projection.caughtUp);
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, "returned a promise");
  assertEquals([rows(), marks()], [[], []]);
});

Deno.test("sqliteModel() stops the projection if its option clear returns a promise, and changes nothing", async () => {
  const { db, options, rows } = database();
  const former = memory().store("shop");
  await append(former, 2);
  {
    await using projection = project(former, sqliteModel(db, options));
    await projection.caughtUp;
  }
  const clear = () => {
    options.clear();
    return Promise.reject(new Error("too late"));
  };
  const projection = project(memory().store("shop"), sqliteModel(db, { ...options, clear }), { onError: () => {} });
  const error = await assertRejects(() => projection.caughtUp);
  assert(isAetherError(error, "invalid-argument") && error.argument === "clear", String(error));
  assertEquals(rows(), [1, 2]);
});

Deno.test("sqliteModel() reports the failure of a transaction that SQLite has rolled back by itself", () => {
  const { db, options, rows } = database();
  const model = sqliteModel(db, {
    ...options,
    apply: () => {
      db.exec("ROLLBACK");
      throw new Error("the disk is full");
    },
  });
  assertThrows(() => model.apply([{} as never], "m1" as Mark, undefined), Error, "the disk is full");
  assertEquals(rows(), []);
});
