/**
 * Projects the events of one file into a table of another file until it is killed: `<store> <model> <batch>`. Prints a
 * line for each transaction.
 */
import { sqlite } from "@flowmade-one/aether/sqlite";
import { project } from "@flowmade-one/aether/projections";
import { openModel } from "./crash_model.ts";

const [storePath, modelPath, batch] = Deno.args as [string, string, string];
const backend = await sqlite({ path: storePath });
const { model } = openModel(modelPath);
const encoder = new TextEncoder();
project(backend.store("t"), {
  mark: model.mark,
  apply: (events, mark, before) => {
    model.apply(events, mark, before);
    Deno.stdout.writeSync(encoder.encode(`${events.length}\n`));
  },
}, { batch: Number(batch), onError: (error) => console.error(error) });
await new Promise(() => setInterval(() => {}, 60_000));
