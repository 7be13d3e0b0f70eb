/** A TCP proxy between a client and a server on this machine, which drops or holds data when a test wants it. */
export class TcpProxy implements AsyncDisposable {
  readonly url: string;
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #open: Set<Deno.TcpConn> = new Set();
  readonly #running: Set<Promise<void>> = new Set();
  #losesAnswers = false;
  #losesRequests = false;
  /** Resolves when the server's data may pass again. */
  #heldAnswers: Promise<void> | undefined;
  /** Resolves when the client's data may pass again. */
  #heldRequests: Promise<void> | undefined;
  readonly #disposed: PromiseWithResolvers<void> = Promise.withResolvers();
  #onLost: () => void = () => {};
  /** Called with all data that the client sends, decoded, before they pass. */
  onRequest: (data: string) => void = () => {};

  /** @param target The server's port on 127.0.0.1. */
  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.url = `nats://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
    this.#run(this.#accept());
  }

  /** Drops all data of the server until {@link TcpProxy.cut}. Calls `onLost` for each dropped chunk. */
  loseAnswers(onLost: () => void = () => {}): void {
    this.#losesAnswers = true;
    this.#onLost = onLost;
  }

  /** Drops all data of the client until {@link TcpProxy.cut}. */
  loseRequests(): void {
    this.#losesRequests = true;
  }

  /** Holds all data of the server for a number of milliseconds, or until a promise resolves. */
  holdAnswers(until: number | Promise<void>): void {
    const end = typeof until === "number" ? new Promise<void>((resolve) => setTimeout(resolve, until)) : until;
    this.#heldAnswers = Promise.race([end, this.#disposed.promise]);
  }

  /** Holds all data of the client until a promise resolves. */
  holdRequests(until: Promise<void>): void {
    this.#heldRequests = Promise.race([until, this.#disposed.promise]);
  }

  /** Closes all connections, and drops no more data. The client may reconnect. */
  cut(): void {
    this.#losesAnswers = false;
    this.#losesRequests = false;
    for (const connection of this.#open) close(connection);
    this.#open.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#disposed.resolve();
    this.cut();
    await Promise.all(this.#running);
  }

  #run(work: Promise<void>): void {
    const settled = work.catch(() => {});
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      this.#open.add(client).add(server);
      this.#run(this.#pump(client, server, (data) => this.onRequest(data), () => this.#losesRequests, false));
      this.#run(this.#pump(server, client, () => {}, () => this.#losesAnswers, true));
    }
  }

  async #pump(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    onData: (data: string) => void,
    isLost: () => boolean,
    isAnswer: boolean,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
        const bytes = buffer.slice(0, n);
        onData(new TextDecoder().decode(bytes));
        await (isAnswer ? this.#heldAnswers : this.#heldRequests);
        if (isLost()) {
          if (isAnswer) this.#onLost();
          continue;
        }
        for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
      }
    } finally {
      for (const connection of [from, to]) {
        close(connection);
        this.#open.delete(connection);
      }
    }
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
