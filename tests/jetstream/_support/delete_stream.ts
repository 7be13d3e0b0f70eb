import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";
import type { NatsServer } from "../../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";

/**
 * Deletes a stream of a single server, and takes away what is left of its files: a server of 2.15 may leave some there, and
 * gives them to a stream of that name that is made anew.
 */
export async function deleteStream(server: NatsServer, connection: NatsConnection, name: string): Promise<void> {
  const { error } = await ask<{ error?: object }>(connection, `STREAM.DELETE.${name}`);
  assertEquals(error, undefined, `deleting ${name}`);
  const folder = `${server.storeDir}/jetstream/$G/streams/${name}`;
  assert(await poll(() => isGone(folder)), `${folder} is still there`);
}

async function isGone(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return false;
  } catch (error) {
    // The server may be removing it at the same time.
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
