/**
 * Events of a store in memory are projected into a table of a SQLite file, in batches of 500 and with one transaction for
 * each event. The file is in WAL mode with `synchronous = FULL`: a transaction that has ended is on the disk. The limit
 * inserts the same rows, 500 in a transaction, without events. Each run ends by counting the rows.
 */
import { DatabaseSync } from "node:sqlite";
import { memory } from "../../adapters/memory/mod.ts";
import { project, sqliteModel } from "../../projections.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import { figure, type Row } from "../report.ts";
import type { Scale } from "../scale.ts";

const BATCH = 500;

/** See the top of this file. */
export async function* benchProjection(folder: string, scale: Scale): AsyncGenerator<Row, void, void> {
  const many = scale.count(20_000);
  const few = scale.count(1_000);
  const store = memory().store("bench");
  for (let i = 0; i < many; i++) {
    await store.append(`order.${i % 100}`, [{ type: "Placed", data: { cents: i } }], { expectedVersion: "any" });
  }
  const short = memory().store("bench");
  for (let i = 0; i < few; i++) {
    await short.append(`order.${i % 100}`, [{ type: "Placed", data: { cents: i } }], { expectedVersion: "any" });
  }

  let files = 0;
  const open = () => {
    const database = new DatabaseSync(`${folder}/projection-${files++}.db`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    database.exec("CREATE TABLE orders (actor TEXT NOT NULL, cents INTEGER NOT NULL) STRICT");
    return { database, insert: database.prepare("INSERT INTO orders VALUES (?, ?)") };
  };
  type Open = ReturnType<typeof open>;
  const countOf = ({ database }: Open) => {
    const { rows } = database.prepare("SELECT count(*) AS rows FROM orders").get() as { rows: number };
    database.close();
    return rows;
  };
  const projecting = (name: string, source: typeof store, operations: number, batch: number): AsyncCandidate<Open> => ({
    name,
    operations,
    checked: false,
    prepare: open,
    async run(opened) {
      const { database, insert } = opened;
      const apply = (event: { readonly actorId: string; readonly data: unknown }) => {
        insert.run(event.actorId, (event.data as { cents: number }).cents);
      };
      const projection = project(source, sqliteModel(database, { name: "orders", apply }), { batch });
      await projection.caughtUp;
      await projection.close();
      const rows = countOf(opened);
      if (rows !== operations) throw new Error(`Cannot measure ${name}: the table has ${rows} rows, not ${operations}`);
      return rows;
    },
  });
  const bare: AsyncCandidate<Open> = {
    name: "bare inserts",
    operations: many,
    checked: false,
    prepare: open,
    run(opened) {
      const { database, insert } = opened;
      for (let i = 0; i < many; i++) {
        if (i % BATCH === 0) database.exec("BEGIN IMMEDIATE");
        insert.run(`order.${i % 100}`, i);
        if (i % BATCH === BATCH - 1 || i === many - 1) database.exec("COMMIT");
      }
      return countOf(opened);
    },
  };

  const measured = await measureAsync(scale.rounds(5), [
    projecting("batches", store, many, BATCH),
    projecting("single", short, few, 1),
    bare,
  ] as AsyncCandidate[]);
  const rate = (name: string) => figure(1e9 / measured.nanoseconds(name));
  yield {
    group: "projection, SQLite",
    name: "batches of 500 vs one transaction for each event",
    measured: measured.timeRatio("single", "batches"),
    unit: "x",
    reach: 20,
    stretch: 50,
    note: `${rate("batches")} and ${rate("single")} events a second`,
  };
  yield {
    group: "projection, SQLite",
    name: "batches of 500 / bare inserts, 500 in a transaction",
    measured: measured.timeRatio("batches", "bare inserts"),
    unit: "of the time",
    note: `${rate("batches")} and ${rate("bare inserts")} rows a second`,
  };
}
