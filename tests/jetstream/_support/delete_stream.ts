import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";
import type { NatsServer } from "../../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";

/**
 * Deletes a stream of a single server, and then the remaining files of the stream. nats-server 2.15 may leave files
 * behind. A new stream of the same name would take them over.
 */
export async function deleteStream(server: NatsServer, connection: NatsConnection, name: string): Promise<void> {
  const { error } = await ask<{ error?: object }>(connection, `STREAM.DELETE.${name}`);
  assertEquals(error, undefined, `deleting ${name}`);
  const folder = `${server.storeDir}/jetstream/$G/streams/${name}`;
  assert(await poll(() => removeFolder(folder)), `${folder} still exists`);
}

/** Removes a folder. Returns true if it does not exist any more, false if the caller has to check again. */
async function removeFolder(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return false;
  } catch (error) {
    // The server may remove the same files at the same time: then the error is about one of them.
    return error instanceof Deno.errors.NotFound && !await exists(folder);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
