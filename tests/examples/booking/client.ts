/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- what a service answered is what the assertions are about
  readonly body: any;
}

/** Sends requests on behalf of one tenant. */
export class Client {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === "string" ? body : body === undefined ? null : JSON.stringify(body);
    const response = await fetch(`${this.#base}${path}`, { method, body: text, headers });
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  open(screening: string, seats: number, price = 900): Promise<Answer> {
    return this.send("PUT", `/screenings/${screening}`, { title: screening, seats, price });
  }

  topUp(customer: string, amount: number, key?: string): Promise<Answer> {
    return this.send("POST", `/wallets/${customer}/top-ups`, { amount }, keyed(key));
  }

  book(screening: string, customer: string, seat?: number, key?: string): Promise<Answer> {
    return this.send("POST", `/screenings/${screening}/bookings`, { customer, seat }, keyed(key));
  }

  setPrice(screening: string, price: number, expectedVersion: number, key?: string): Promise<Answer> {
    return this.send("PUT", `/screenings/${screening}/price`, { price, expectedVersion }, keyed(key));
  }

  /** Opens a feed, which is to be closed. */
  async feed(query = "", headers: Record<string, string> = {}): Promise<Feed> {
    const abort = new AbortController();
    const response = await fetch(`${this.#base}/feed${query}`, { headers, signal: abort.signal });
    return new Feed(response, abort);
  }
}

/** One message of a feed. */
export interface Message {
  readonly id: string;
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- as above
  readonly data: any;
}

/** A feed as a client of server-sent events sees it. */
export class Feed implements Disposable {
  readonly response: Response;
  readonly #abort: AbortController;
  readonly #blocks: AsyncGenerator<string, void, void>;

  constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.#blocks = blocksOf(response);
  }

  /** The next message. Blocks that are not messages are skipped. */
  async next(): Promise<Message | undefined> {
    for (let block = await this.block(); block !== undefined; block = await this.block()) {
      const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      const data = fields.get("data");
      if (data !== undefined) return { id: fields.get("id")!, event: fields.get("event")!, data: JSON.parse(data) };
    }
    return undefined;
  }

  async take(count: number): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) {
      const message = await this.next();
      if (message === undefined) throw new Error(`The feed ended after ${messages.length} messages`);
      messages.push(message);
    }
    return messages;
  }

  /** Takes messages until one is of a type, which is given. */
  async until(event: string): Promise<Message> {
    for (let message = await this.next(); message !== undefined; message = await this.next()) {
      if (message.event === event) return message;
    }
    throw new Error(`The feed ended before ${event}`);
  }

  /** The next block of lines, of any kind; `undefined` at the end. */
  async block(): Promise<string | undefined> {
    return (await this.#blocks.next()).value ?? undefined;
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }
}

async function* blocksOf(response: Response): AsyncGenerator<string, void, void> {
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop()!;
    yield* blocks;
  }
}

function keyed(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { "idempotency-key": key };
}

function parsed(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text);
}
