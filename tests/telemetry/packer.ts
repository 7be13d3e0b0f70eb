/** A process that consumes orders on JetStream, and ends after the first one. Argument: the URL of a nats-server. */
import { consume } from "@flowmade-one/aether/consumers";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { openTelemetry, type OpenTelemetryApi } from "@flowmade-one/aether/opentelemetry";
import { connect } from "@nats-io/transport-node";

const api = (globalThis as unknown as Record<symbol, OpenTelemetryApi>)[Symbol.for("opentelemetry.js.api.1")]!;

const [servers = ""] = Deno.args;
const connection = await connect({ servers });
const backend = await jetstream({ connection, observer: openTelemetry(api, { deliveryTrace: "continued" }) });
const handled = Promise.withResolvers<void>();
const packer = await consume(backend.store("prod.orders"), { name: "packer" }, async () => {
  const span = api.trace.getTracer("packer").startSpan("pack", {}, api.context.active());
  await Promise.resolve();
  span.end();
  handled.resolve();
});
await handled.promise;
await packer.close();
await backend.close();
await connection.close();
