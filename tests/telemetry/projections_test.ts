import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { live, type Mark, project } from "@flowmade-one/aether/projections";
import { RecordingSdk } from "./recording_sdk.ts";

const made = { type: "Made", data: {} };

Deno.test("openTelemetry() records a batch of a projection as one span with a link to each append", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api, { deliveryTrace: "continued" }) });
  const store = backend.store("shop");
  for (const expectedVersion of [0, 1, 2]) await store.append("order.1", [made], { expectedVersion });
  await using orders = live(store, { initial: () => 0, evolve: (count) => count + 1 });
  await orders.caughtUp;
  const [batch, ...others] = sdk.named("process aether");
  const appends = sdk.named("append aether").map((span) => span.spanContext().spanId);
  assertEquals([batch?.links.map(({ context }) => context.spanId), others], [appends, []]);
  assertEquals([batch?.attributes["messaging.batch.message_count"], batch?.parentSpanContext], [3, undefined]);
  assertEquals(await sdk.sumOf("messaging.client.consumed.messages"), 3);
});

Deno.test("openTelemetry() records a batch that a model refuses with the type of its error, and applies it again", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("shop");
  let mark: Mark | undefined;
  let attempts = 0;
  await using orders = project(store, {
    mark: () => mark,
    apply: async (_, next) => {
      await Promise.resolve();
      if (attempts++ === 0) throw new RangeError("secret");
      mark = next;
    },
  }, { onError: () => {} });
  const { position } = await store.append("order.1", [made], { expectedVersion: 0 });
  await orders.reached(position);
  assertEquals(sdk.named("process aether").map(({ attributes }) => attributes["error.type"]), [
    "RangeError",
    undefined,
  ]);
});
