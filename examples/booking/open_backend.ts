import type { Backend } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { UsageError } from "./usage_error.ts";

/** A backend, and how to let go of it with all that it stands on. */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: Backend;
  /** Where things are stored, in words: `in memory`. */
  readonly adapter: string;
}

/** Milliseconds that an operation waits for the server: a client of HTTP waits for the answer meanwhile. */
const TIMEOUT_MS = 5_000;

/** Milliseconds between attempts to reach a server that went away. */
const RECONNECT_MS = 250;

/** Everything stays in this process. */
export function openInMemory(): OpenBackend {
  const backend = memory();
  return { backend, adapter: "in memory", [Symbol.asyncDispose]: () => backend.close() };
}

/** Everything is stored in a file of a folder. What that takes is loaded here. */
export async function openInFolder(folder: string): Promise<OpenBackend> {
  const { sqlite } = await import("@flowmade-one/aether/sqlite");
  const path = `${folder}/events.db`;
  const backend = await sqlite({ path });
  return { backend, adapter: `by SQLite in ${path}`, [Symbol.asyncDispose]: () => backend.close() };
}

/**
 * Everything is stored by a NATS server. What that takes is loaded here, so that who stays in memory needs none of it.
 *
 * @throws {UsageError} If no server answers there.
 * @throws {UnsupportedStorageError} If there is one, and it has no JetStream, say.
 */
export async function openOnNats(url: string, timeout: number = TIMEOUT_MS): Promise<OpenBackend> {
  const { jetstream } = await import("@flowmade-one/aether/jetstream");
  const connection = await connectTo(url);
  try {
    const backend = await jetstream({ connection, timeout });
    const close = async () => {
      await backend.close();
      await connection.close();
    };
    return { backend, adapter: `by NATS JetStream at ${connection.getServer()}`, [Symbol.asyncDispose]: close };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function connectTo(url: string) {
  const { connect } = await import("@nats-io/transport-node");
  try {
    // A server that goes away may come back at any time: never give up.
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
