import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../tools/nats/poll.ts";
import type { NatsServer } from "../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";

/**
 * Deletes a stream of a single server, and waits until its files have gone too: a server of 2.15 answers before that, and
 * gives what is left of them to a stream that is made anew meanwhile.
 */
export async function deleteStream(server: NatsServer, connection: NatsConnection, name: string): Promise<void> {
  const { error } = await ask<{ error?: object }>(connection, `STREAM.DELETE.${name}`);
  assertEquals(error, undefined, `deleting ${name}`);
  const folder = `${server.storeDir}/jetstream/$G/streams/${name}`;
  assert(await poll(async () => !await exists(folder)), `${folder} is still there`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return false;
  }
}
