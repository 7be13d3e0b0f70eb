/** Uses every operation of a backend on the file that the first argument names. */
import { sqlite } from "@flowmade-one/aether/sqlite";
import { useEverything } from "../jetstream/_support/use_everything.ts";

const path = Deno.args[0]!;
await using one = await sqlite({ path });
await using other = await sqlite({ path });
await useEverything(one, other, "t");
