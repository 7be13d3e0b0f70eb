/** A process with an HTTP server. POST places an order on JetStream, DELETE ends it. Argument: URL of a nats-server. */
import { decider, events, execute } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { connect } from "@nats-io/transport-node";

const OrderEvents = events<{ Placed: { sku: string } }>();
const order = decider(OrderEvents, {
  initial: () => false,
  evolve: () => true,
  decide: (sku: string, isPlaced) => isPlaced ? [] : [{ type: "Placed", data: { sku } }],
});

const [servers = ""] = Deno.args;
const connection = await connect({ servers });
const backend = await jetstream({ connection, observer: openTelemetry() });
const store = backend.store("prod.orders", OrderEvents);
const ended = Promise.withResolvers<void>();

const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) },
  async (request) => {
    if (request.method === "DELETE") ended.resolve();
    else await execute(store, order, "order.1", "A");
    return new Response("done");
  },
);
await ended.promise;
await server.shutdown();
await backend.close();
await connection.close();
