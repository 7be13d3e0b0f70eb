import {
  jetstream as jetStreamClient,
  type JetStreamClient,
  jetstreamManager,
  type StreamConfig,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { jetstream } from "../../adapters/jetstream/mod.ts";
import type { Backend } from "../../mod.ts";
import { type NatsServer, startNatsServer } from "../../tools/nats_server.ts";

/** The version of nats-server whose figures are published. */
const VERSION = "2.15.1";

/** The fixtures of the JetStream benches: one server, one connection for the backend and one for the references. */
export interface Fixture extends AsyncDisposable {
  readonly server: NatsServer;
  readonly backend: Backend;
  /** The connection of the references. The backend has another one with the same options. */
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  /** Creates a stream for a reference, with file storage and one replica like a log. It accepts `<name>.>`. */
  addStream(name: string, options?: Pick<StreamConfig, "allow_atomic" | "republish">): Promise<void>;
}

/** Starts a server and connects to it. Disposal closes the connections and stops the server. */
export async function openFixture(): Promise<Fixture> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startNatsServer({ version: VERSION }));
  const connecting = { servers: server.url, noAsyncTraces: true };
  const ours = stack.adopt(await connect(connecting), (connection) => connection.close());
  const connection = stack.adopt(await connect(connecting), (connection) => connection.close());
  const backend = stack.use(await jetstream({ connection: ours }));
  const js = jetStreamClient(connection);
  const streams = (await jetstreamManager(connection)).streams;
  const all = stack.move();
  return {
    server,
    backend,
    connection,
    js,
    async addStream(name, options = {}) {
      await streams.add({ name, subjects: [`${name}.>`], storage: "file", num_replicas: 1, ...options });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
