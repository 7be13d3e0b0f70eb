import type { NatsConnection } from "@nats-io/transport-node";
import type { NatsServer } from "../../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";
import { deleteStream } from "./delete_stream.ts";

/** A copy of a stream, as the server makes it while the stream is in use. */
export class Backup {
  readonly #name: string;
  readonly #chunks: readonly Uint8Array[];
  readonly #question: object;

  private constructor(name: string, chunks: readonly Uint8Array[], question: object) {
    this.#name = name;
    this.#chunks = chunks;
    this.#question = question;
  }

  static async of(connection: NatsConnection, name: string): Promise<Backup> {
    const chunks: Uint8Array[] = [];
    const whole = Promise.withResolvers<void>();
    const deliver_subject = `backup.${crypto.randomUUID()}`;
    const subscription = connection.subscribe(deliver_subject, {
      callback: (_error, message) => {
        if (message.data.length === 0) return whole.resolve();
        chunks.push(message.data.slice());
        message.respond();
      },
    });
    const { config, state } = await ask<{ config: object; state: object }>(connection, `STREAM.SNAPSHOT.${name}`, {
      deliver_subject,
      no_consumers: true,
    });
    await whole.promise;
    subscription.unsubscribe();
    return new Backup(name, chunks, { config, state });
  }

  /** Deletes the stream, and puts the copy in its place. */
  async restore(server: NatsServer, connection: NatsConnection): Promise<void> {
    await deleteStream(server, connection, this.#name);
    const { deliver_subject } = await ask<{ deliver_subject: string }>(
      connection,
      `STREAM.RESTORE.${this.#name}`,
      this.#question,
    );
    for (const chunk of [...this.#chunks, new Uint8Array()]) {
      const answer = await connection.request(deliver_subject, chunk, { timeout: 10_000 });
      if (answer.data.length > 0 && "error" in answer.json<object>()) throw new Error(answer.string());
    }
  }
}

/** A copy of all that a server stores, made while it does not run. */
export class StoreCopy implements AsyncDisposable {
  readonly #server: NatsServer;
  readonly #folder: string;

  private constructor(server: NatsServer, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Stops the server, makes a copy, and starts it again. */
  static async of(server: NatsServer): Promise<StoreCopy> {
    await server.stop();
    const folder = await Deno.makeTempDir({ prefix: "aether-copy-" });
    await copyFolder(server.storeDir, folder);
    await server.restart();
    return new StoreCopy(server, folder);
  }

  /** Stops the server, puts the copy in the place of what it stored, and starts it again. */
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
