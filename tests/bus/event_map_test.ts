import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { events, isAetherError, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const any = unchecked<{ readonly n: number }>();
const Old = events({ Created: any });
const New = events({
  Made: { schema: any, version: 2, from: { 1: (old: { n: number }) => ({ n: old.n + 1 }) }, formerly: ["Created"] },
});

for (const kind of ["published", "stored"] as const) {
  Deno.test(`subscribe() with a newer event map delivers a ${kind} event in its current shape`, async () => {
    const backend = memory();
    const seen: unknown[] = [];
    backend.bus.within("a", New).subscribe(({ type, schemaVersion, data }) => seen.push([type, schemaVersion, data]));
    backend.bus.within("a", New).subscribe(({ type }) => seen.push(type), { types: ["Made"], actors: "o.*" });
    const event = Old.Created({ n: 1 });
    if (kind === "published") backend.bus.within("a", Old).publish("o.1", event);
    else await backend.store("a", Old).append("o.1", [event], { expectedVersion: 0 });
    assertEquals(seen, [["Made", 2, { n: 2 }], "Made"]);
  });

  Deno.test(`subscribe() with an older event map does not deliver a ${kind} event of a newer one; onError receives the reason`, async () => {
    const errors: unknown[] = [];
    const backend = memory({ onError: (error) => errors.push(error) });
    const seen: unknown[] = [];
    backend.bus.within("a", Old).subscribe((event) => seen.push(event));
    const event = New.Made({ n: 1 });
    if (kind === "published") backend.bus.within("a", New).publish("o.1", event);
    else await backend.store("a", New).append("o.1", [event], { expectedVersion: 0 });
    const [error] = errors;
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertStringIncludes(error.message, kind === "published" ? 'a published event of "o.1"' : 'version 1 of "o.1"');
    assertEquals([error.version, error.eventType, seen.length, errors.length], [
      kind === "stored" ? 1 : undefined,
      "Made",
      0,
      1,
    ]);
  });
}

Deno.test("publish() of an event of another event map does not end a process without onError", () => {
  const backend = memory();
  const seen: unknown[] = [];
  backend.bus.within("a", Old).subscribe((event) => seen.push(event));
  backend.bus.within("a", New).publish("o.1", New.Made({ n: 1 }));
  backend.bus.within("a", Old).publish("o.1", Old.Created({ n: 2 }));
  assertEquals(seen.length, 1);
});

Deno.test("queue() with a newer event map yields events in their current shape", async () => {
  const backend = memory();
  const queue = backend.bus.within("a", New).queue({ capacity: 2, overflow: "fail", types: ["Made"] });
  backend.bus.within("a", Old).publish("o.1", Old.Created({ n: 1 }));
  for await (const event of queue) {
    assertEquals([event.type, event.data.n], ["Made", 2]);
    break;
  }
});

Deno.test("onError receives the error of a handler that rejects and the event, on a bus with an event map", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  const backend = memory({ onError: (error, event) => resolve([(error as Error).message, event?.type]) });
  backend.bus.within("a", New).subscribe(() => Promise.reject(new Error("no")));
  backend.bus.within("a", New).publish("o.1", New.Made({ n: 1 }));
  assertEquals(await promise, ["no", "Made"]);
});

Deno.test("observe() delivers events as they are stored", async () => {
  const backend = memory();
  const seen: unknown[] = [];
  backend.bus.observe(backend.grant("a", { reason: "test" }), ({ type }) => seen.push(type));
  await backend.store("a", Old).append("o.1", [Old.Created({ n: 1 })], { expectedVersion: 0 });
  assertEquals(seen, ["Created"]);
});
