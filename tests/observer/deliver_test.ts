import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import { handleEvent, type Observer } from "@flowmade-one/aether/observability";
import { consume } from "@flowmade-one/aether/consumers";
import { live } from "@flowmade-one/aether/projections";

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

const opened = { type: "Opened", data: { secret: "s3cret" } };

Deno.test("Observer.start() receives the id, type, actor and metadata of handled events, without their data", async () => {
  const received: unknown[] = [];
  const observer: Observer = {
    start: (operation) => {
      received.push(operation);
      if (operation.name === "deliver") {
        assertEquals(operation.events?.map((event) => Object.keys(event)), [["id", "type", "actorId", "metadata"]]);
      }
      return { end: (outcome) => void received.push(outcome) };
    },
  };
  const errors: unknown[] = [];
  await using backend = memory({ observer, onError: (error) => errors.push(error) });
  const store = backend.store("prod");
  backend.bus.within("prod").subscribe(() => {});
  const consumed = Promise.withResolvers<void>();
  await using _consumer = await consume(store, { name: "c" }, () => consumed.resolve());
  await using model = live(store, { initial: () => 0, evolve: (n) => n + 1 });
  await store.append("order.1", [opened], { expectedVersion: 0 });
  backend.bus.within("prod").publish("order.1", opened);
  for await (const event of store.subscribe()) {
    handleEvent(store, event, () => {});
    break;
  }
  await consumed.promise;
  await model.reached((await store.end())!);
  assertEquals([errors, JSON.stringify(received).includes("s3cret")], [[], false]);
});

Deno.test("project() applies each event if an observer empties its array of events", async () => {
  const observer: Observer = {
    start: ({ name, events }) => {
      if (name === "deliver") (events as unknown[]).length = 0;
      return {};
    },
  };
  const errors: Error[] = [];
  await using backend = memory({ observer, onError: (error) => errors.push(error as Error) });
  const store = backend.store("prod");
  await store.append("order.1", [opened, opened], { expectedVersion: 0 });
  await using model = live(store, { initial: () => 0, evolve: (n) => n + 1 });
  await model.caughtUp;
  assertEquals([model.value, errors.length, errors[0] instanceof TypeError], [2, 1, true]);
});
