import { memory } from "@flowmade-one/aether/memory";
import { jetstream, type JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { health, type HealthOptions } from "@flowmade-one/aether/observability";
import { assertEquals, assertRejects } from "@std/assert";
import { inRoot } from "../../tools/root.ts";

/** The options that a table of a page lists. A row may list several. */
function listed(page: string, heading: string): string[] {
  const text = Deno.readTextFileSync(inRoot(page));
  const table = text.slice(text.indexOf(heading)).split("\n\n").find((part) =>
    /^\| option +\| default +\|/.test(part)
  )!;
  const cells = [...table.matchAll(/^\| (`.+?) +\|/gm)].map(([, cell]) => cell!);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
}

/** The options that the error of an unknown option lists. */
async function accepted(call: () => Promise<unknown>): Promise<string[]> {
  const { message } = await assertRejects(call, Error, "it has ");
  return message.split("it has ")[1]!.split(", ");
}

/** The options of every backend, which the guides of adapters do not list. */
const COMMON = ["now", "newId", "onGrantUsed", "onError", "observer"];

Deno.test("docs/operating-on-nats.md lists the options of jetstream()", async () => {
  const unknown = { none: 1 } as unknown as JetStreamOptions;
  const options = (await accepted(() => jetstream(unknown))).filter((name) => !COMMON.includes(name));
  assertEquals(["connection", ...listed("docs/operating-on-nats.md", "## Connect")].sort(), options.sort());
});

Deno.test("docs/observability.md lists the options of health()", async () => {
  await using backend = memory();
  const unknown = { none: 1 } as unknown as HealthOptions;
  const options = await accepted(() => health(backend, unknown));
  assertEquals(["signal", ...listed("docs/observability.md", "## Health")].sort(), options.sort());
});
