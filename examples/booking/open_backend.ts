import type { Backend } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { UsageError } from "./usage_error.ts";

/** A backend and the resources that it needs, to be closed together. */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: Backend;
  /** The storage in words: `in memory`. */
  readonly storage: string;
}

/** Milliseconds that an operation waits for the server. An HTTP request may take as long. */
const TIMEOUT_MS = 5_000;

/** Milliseconds between attempts to reconnect to a server. */
const RECONNECT_MS = 250;

/**
 * Traces and metrics, if `OTEL_DENO=true`. The trace of a request continues in the payment that follows, so that one
 * trace shows a whole booking.
 */
const observer = openTelemetry(undefined, { deliveryTrace: "continued", destination: () => "booking" });

/** Opens a backend in memory. */
export function openInMemory(): OpenBackend {
  const backend = memory({ observer });
  return { backend, storage: "in memory", [Symbol.asyncDispose]: () => backend.close() };
}

/** Opens a backend on a SQLite file in a folder. Other storages do not load the adapter. */
export async function openInFolder(folder: string): Promise<OpenBackend> {
  const { sqlite } = await import("@flowmade-one/aether/sqlite");
  const path = `${folder}/events.db`;
  const backend = await sqlite({ path, observer });
  return { backend, storage: `by SQLite in ${path}`, [Symbol.asyncDispose]: () => backend.close() };
}

/**
 * Opens a backend on a NATS server. Other storages load neither the adapter nor the client.
 *
 * @throws {UsageError} If no server answers at the URL.
 * @throws {UnsupportedStorageError} If the server is not suitable, such as one without JetStream.
 */
export async function openOnNats(url: string, timeout: number = TIMEOUT_MS): Promise<OpenBackend> {
  const { jetstream } = await import("@flowmade-one/aether/jetstream");
  const connection = await connectTo(url);
  try {
    const backend = await jetstream({ connection, timeout, observer });
    const close = async () => {
      await backend.close();
      await connection.close();
    };
    return { backend, storage: `by NATS JetStream at ${connection.getServer()}`, [Symbol.asyncDispose]: close };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function connectTo(url: string) {
  const { connect } = await import("@nats-io/transport-node");
  try {
    // A server may be away for any time: the client reconnects without limit.
    return await connect({
      servers: url,
      timeout: TIMEOUT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot connect to a NATS server at ${url}: ${reason}. \`deno task nats\` starts one`);
  }
}
