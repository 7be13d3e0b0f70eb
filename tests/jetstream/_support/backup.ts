import type { NatsConnection } from "@nats-io/transport-node";
import type { NatsServer } from "../../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";
import { deleteStream } from "./delete_stream.ts";

/** A backup of a stream that the server makes by `STREAM.SNAPSHOT`, while the stream is in use. */
export class Backup {
  readonly #name: string;
  readonly #chunks: readonly Uint8Array[];
  /** The configuration and state of the stream, which `STREAM.RESTORE` requires. */
  readonly #description: object;

  private constructor(name: string, chunks: readonly Uint8Array[], description: object) {
    this.#name = name;
    this.#chunks = chunks;
    this.#description = description;
  }

  /** Makes a backup of the stream with a name. */
  static async of(connection: NatsConnection, name: string): Promise<Backup> {
    const chunks: Uint8Array[] = [];
    const complete = Promise.withResolvers<void>();
    const deliver_subject = `backup.${crypto.randomUUID()}`;
    const subscription = connection.subscribe(deliver_subject, {
      callback: (_error, message) => {
        if (message.data.length === 0) return complete.resolve();
        chunks.push(message.data.slice());
        message.respond();
      },
    });
    const { config, state } = await ask<{ config: object; state: object }>(connection, `STREAM.SNAPSHOT.${name}`, {
      deliver_subject,
      no_consumers: true,
    });
    await complete.promise;
    subscription.unsubscribe();
    return new Backup(name, chunks, { config, state });
  }

  /** Deletes the stream, and restores it from the backup. */
  async restore(server: NatsServer, connection: NatsConnection): Promise<void> {
    await deleteStream(server, connection, this.#name);
    const { deliver_subject } = await ask<{ deliver_subject: string }>(
      connection,
      `STREAM.RESTORE.${this.#name}`,
      this.#description,
    );
    for (const chunk of [...this.#chunks, new Uint8Array()]) {
      const reply = await connection.request(deliver_subject, chunk, { timeout: 10_000 });
      if (reply.data.length > 0 && "error" in reply.json<object>()) throw new Error(reply.string());
    }
  }
}

/** A copy of a server's storage directory, made while the server is stopped. */
export class StoreCopy implements AsyncDisposable {
  readonly #server: NatsServer;
  readonly #folder: string;

  private constructor(server: NatsServer, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Stops the server, copies its storage directory, and restarts the server. */
  static async of(server: NatsServer): Promise<StoreCopy> {
    await server.stop();
    const folder = await Deno.makeTempDir({ prefix: "aether-copy-" });
    await copyFolder(server.storeDir, folder);
    await server.restart();
    return new StoreCopy(server, folder);
  }

  /** Stops the server, replaces its storage directory by the copy, and restarts the server. */
  async restore(): Promise<void> {
    await this.#server.stop();
    await Deno.remove(this.#server.storeDir, { recursive: true });
    await copyFolder(this.#folder, this.#server.storeDir);
    await this.#server.restart();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
