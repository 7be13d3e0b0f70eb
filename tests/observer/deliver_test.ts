import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";

for (const observer of [undefined, { start: () => ({ end: () => {} }) }]) {
  const how = observer === undefined ? "without" : "with";
  Deno.test(`subscribe() of a bus awaits a thenable of its handler once, ${how} an observer`, async () => {
    await using backend = memory({ observer });
    const bus = backend.bus.within("prod");
    let executed = 0;
    const done = Promise.withResolvers<void>();
    bus.subscribe(() => ({
      // A query builder of a database is such an object.
      then: (resolve: (value: undefined) => void) => {
        executed++;
        resolve(undefined);
        setTimeout(done.resolve, 0);
      },
    }));
    bus.publish("order.1", { type: "Opened", data: {} });
    await done.promise;
    assertEquals(executed, 1);
  });
}
