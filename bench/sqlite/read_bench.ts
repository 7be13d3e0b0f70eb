/**
 * A log of 100,000 events is read from its beginning. The reference reads as many rows of a table in pages of 256 and
 * parses their JSON. It does not check or freeze the events.
 */
import { sqlite } from "../../adapters/sqlite/mod.ts";
import { microseconds } from "../jetstream/microseconds.ts";
import { fillLog } from "../jetstream/fill_log.ts";
import { makeEvent } from "../jetstream/make_event.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { BareFile } from "./bare_file.ts";

/** Rows of one transaction while the bare file is filled. */
const GROUP = 250;

/** See the top of this file. `folder` takes the files. */
export async function* benchRead(folder: string, scale: Scale): AsyncGenerator<Row, void, void> {
  await using backend = await sqlite({ path: `${folder}/read.aether`, durability: "process" });
  const store = backend.store("bench");
  const events = await fillLog(store, scale.count(100_000));
  using bare = new BareFile(`${folder}/bare-read.db`, "process");
  for (let filled = 0; filled < events; filled += GROUP) {
    const actors = Array.from({ length: Math.min(GROUP, events - filled) }, (_, i) => `order.${filled + i}`);
    bare.store(actors, 1, actors.map((_, i) => JSON.stringify(makeEvent(filled + i))));
  }
  const prepare = () => undefined;

  const iterate: AsyncCandidate = {
    name: "for await",
    operations: events,
    prepare,
    async run() {
      let count = 0;
      for await (const event of store.readAll()) if (event.data !== undefined) count++;
      return count;
    },
  };
  const collect: AsyncCandidate = {
    name: "toArray()",
    operations: events,
    prepare,
    run: async () => (await store.readAll().toArray()).length,
  };
  const rows: AsyncCandidate = {
    name: "rows",
    operations: events,
    prepare,
    run() {
      let count = 0;
      for (let after = 0;;) {
        const page = bare.page(after);
        if (page.length === 0) return count;
        for (const { body } of page) if (JSON.parse(body).data !== undefined) count++;
        after = page[page.length - 1]!.id;
      }
    },
  };
  const measured = await measureAsync(scale.rounds(9), [iterate, collect, rows]);
  for (const { name } of [iterate, collect]) {
    yield {
      group: `SQLite: read ${events.toLocaleString("en")} one-event commits`,
      name: `${name} vs bare rows and JSON.parse`,
      measured: measured.timeRatio("rows", name),
      unit: "x",
      reach: 0.5,
      stretch: 0.7,
      note: `${microseconds(measured, name)}, reference ${microseconds(measured, "rows")} µs each`,
    };
  }
}
