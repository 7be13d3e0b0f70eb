import type { Backend } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { DemoError } from "./demo_error.ts";

/** A backend and the resources that it needs, to be closed together. */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: Backend;
  /** The storage in words: `in memory`. */
  readonly storage: string;
}

/** Milliseconds that the connection to the server may take. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Opens a backend in memory. */
export function openInMemory(): OpenBackend {
  const backend = memory();
  return { backend, storage: "in memory", [Symbol.asyncDispose]: () => backend.close() };
}

/** Opens a backend on a SQLite file in a folder, which is created if it does not exist. */
export async function openInFolder(folder: string): Promise<OpenBackend> {
  const { sqlite } = await import("@flowmade-one/aether/sqlite");
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/flights.db`;
  const backend = await sqlite({ path });
  return { backend, storage: `by SQLite in ${path}`, [Symbol.asyncDispose]: () => backend.close() };
}

/**
 * Opens a backend on a NATS server. Other storages load neither the adapter nor the client.
 *
 * @throws {DemoError} If no server answers at the URL.
 * @throws {UnsupportedStorageError} If the server is not suitable, such as one without JetStream.
 */
export async function openOnNats(url: string): Promise<OpenBackend> {
  const { jetstream } = await import("@flowmade-one/aether/jetstream");
  const connection = await connectTo(url);
  try {
    const backend = await jetstream({ connection });
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
    return await connect({ servers: url, timeout: CONNECT_TIMEOUT_MS });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DemoError(`Cannot connect to a NATS server at ${url}: ${reason}. \`deno task nats\` starts one`);
  }
}
