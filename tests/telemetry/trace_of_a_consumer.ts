import { memory } from "../../adapters/memory/mod.ts";
import { expectEqual } from "../../conformance/expect.ts";
import { consume } from "../../consumers.ts";
import { openTelemetry } from "../../opentelemetry.ts";
import { structuralApi } from "./structural_api.ts";

/**
 * Checks on any runtime that one trace leads from an append through the handler of a consumer to the handler's append,
 * also after the handler has awaited a timer.
 *
 * @throws {ConformanceFailure} If a span, a parent, a link, metadata or a metric is not as expected.
 */
export async function checkTraceOfConsumer(): Promise<void> {
  const { api, spans, sums } = structuralApi();
  const backend = memory({ observer: openTelemetry(api, { deliveryTrace: "continued" }) });
  const store = backend.store("shop");
  await store.append("order.1", [{ type: "Placed", data: {}, id: "e-1" }], { expectedVersion: 0 });
  const packed = Promise.withResolvers<void>();
  const packer = await consume(store, { name: "packer", types: ["Placed"] }, async () => {
    await new Promise((resolve) => setTimeout(resolve));
    await store.append("parcel.1", [{ type: "Packed", data: {} }], { expectedVersion: 0 });
    packed.resolve();
  });
  await packed.promise;
  await packer.close();
  const [parcel] = await store.read("parcel.1").toArray();
  await backend.close();
  const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name;
  const [placed, process, effect] = spans;
  expectEqual(
    [placed, process, effect].map((span) => [span?.name, nameOf(span?.parentId), span?.links.map(nameOf)]),
    [
      ["append aether", undefined, []],
      ["process aether", "append aether", ["append aether"]],
      ["append aether", "process aether", []],
    ],
    "the spans with their parents and links",
  );
  expectEqual(spans.filter(({ isEnded }) => !isEnded).map(({ name }) => name), [], "the spans that have not ended");
  const { correlationId, causationId, traceparent } = parcel!.metadata;
  expectEqual([correlationId, causationId], ["e-1", "e-1"], "the cause of the handler's event");
  expectEqual(traceparent?.split("-")[2], effect?.spanId, "the span in the metadata of the handler's event");
  expectEqual(sums.get("messaging.client.sent.messages"), 2, "the number of sent messages");
}
