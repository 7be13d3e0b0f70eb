import type { Backend } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { DemoError } from "./demo_error.ts";

/** A backend, and how to let go of it with all that it stands on. */
export interface OpenBackend extends AsyncDisposable {
  readonly backend: Backend;
  /** Where things are stored, in words: `in memory`. */
  readonly adapter: string;
}

/** How long the server may take to answer the first time. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Everything stays in this process. */
export function openInMemory(): OpenBackend {
  const backend = memory();
  return { backend, adapter: "in memory", [Symbol.asyncDispose]: () => backend.close() };
}

/** Everything is stored in a file of a folder, which is created if it does not exist. */
export async function openInFolder(folder: string): Promise<OpenBackend> {
  const { sqlite } = await import("@flowmade-one/aether/sqlite");
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/flights.db`;
  const backend = await sqlite({ path });
  return { backend, adapter: `by SQLite in ${path}`, [Symbol.asyncDispose]: () => backend.close() };
}

/**
 * Everything is stored by a NATS server, and the domain's code does not notice. What that takes is loaded here, so that
 * who stays in memory needs none of it.
 *
 * @throws {DemoError} If no server answers there.
 * @throws {UnsupportedStorageError} If there is one, and it has no JetStream, say.
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
    return { backend, adapter: `by NATS JetStream at ${connection.getServer()}`, [Symbol.asyncDispose]: close };
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
