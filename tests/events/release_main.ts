/**
 * One process of a service: `<release> sqlite <path>` or `<release> jetstream <url>`. It reads a command from each
 * line of its standard input, answers with a line of JSON, and ends when the input ends.
 *
 * - `append <actor> <sku>` appends an event in the shape of the release.
 * - `read <actor>` reads the events of an actor.
 * - `types` reads all events of the release's type.
 * - `load <actor>` loads the state of an actor.
 */
import { type Backend, decider, event, type EventStore, execute, isAetherError, load } from "@flowmade-one/aether";
import type { NewEvent } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { connect } from "@nats-io/transport-node";
import { type ReleaseName, RELEASES } from "./releases.ts";

const [name, adapter, place] = Deno.args as [ReleaseName, "sqlite" | "jetstream", string];
const { map, type, dataOf } = RELEASES[name];

async function open(): Promise<Backend> {
  if (adapter === "sqlite") return await sqlite({ path: place, timeout: 60_000 });
  return await jetstream({ connection: await connect({ servers: place, noAsyncTraces: true }) });
}

const backend = await open();
// The release is known only at run time, so the compiler cannot infer its types.
const store = backend.store("shop", map as never) as unknown as EventStore;
const order = decider(map as never, {
  initial: () => [] as unknown[],
  evolve: (state: unknown[], { data }: { readonly data: unknown }) => [...state, data],
  decide: (sku: string) => [event(type, dataOf(sku)) as never],
}) as never;

async function answer([command, actorId = "", sku = ""]: readonly string[]): Promise<unknown> {
  const shapes = (all: readonly Pick<NewEvent, "type" | "data">[]) => all.map(({ type, data }) => [type, data]);
  try {
    switch (command) {
      case "append":
        return shapes((await execute(store, order, actorId, sku as never, { attempts: 5 })).events);
      case "load":
        return (await load(store, order, actorId)).state;
      case "types":
        return shapes(await store.readAll({ types: [type] }).toArray());
      default:
        return shapes(await store.read(actorId).toArray());
    }
  } catch (error) {
    if (!isAetherError(error, "corrupt-data")) throw error;
    const { code, actorId, version, eventType, schemaVersion } = error;
    return { code, actorId, version, eventType, schemaVersion };
  }
}

const chunks = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const part of chunks) {
  const complete = (rest + part).split("\n");
  rest = complete.pop()!;
  for (const line of complete) console.log(JSON.stringify(await answer(line.split(" "))));
}
await backend.close();
Deno.exit(0); // The connection of the test server stays open.
