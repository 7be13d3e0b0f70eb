/** A response with its parsed body. */
export interface JsonResponse {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- assertions read members of any JSON
  readonly body: any;
}

/** Sends requests on behalf of one tenant. */
export class Client {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<JsonResponse> {
    const sent = typeof body === "string" ? body : body === undefined ? null : JSON.stringify(body);
    const response = await fetch(`${this.#base}${path}`, { method, body: sent, headers });
    return { status: response.status, headers: response.headers, body: parseBody(await response.text()) };
  }

  get(path: string): Promise<JsonResponse> {
    return this.send("GET", path);
  }

  open(screening: string, seats: number, price = 900): Promise<JsonResponse> {
    return this.send("PUT", `/screenings/${screening}`, { title: screening, seats, price });
  }

  topUp(customer: string, amount: number, key?: string): Promise<JsonResponse> {
    return this.send("POST", `/wallets/${customer}/top-ups`, { amount }, keyHeader(key));
  }

  book(screening: string, customer: string, seat?: number, key?: string): Promise<JsonResponse> {
    return this.send("POST", `/screenings/${screening}/bookings`, { customer, seat }, keyHeader(key));
  }

  setPrice(screening: string, price: number, expectedVersion: number, key?: string): Promise<JsonResponse> {
    return this.send("PUT", `/screenings/${screening}/price`, { price, expectedVersion }, keyHeader(key));
  }

  /** Opens a feed. The caller disposes it. */
  async feed(query = "", headers: Record<string, string> = {}): Promise<Feed> {
    const abort = new AbortController();
    const response = await fetch(`${this.#base}/feed${query}`, { headers, signal: abort.signal });
    return new Feed(response, abort);
  }
}

/** One server-sent event of a feed. */
export interface Message {
  readonly id: string;
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- assertions read members of any JSON
  readonly data: any;
}

/** A client of server-sent events that reads one feed. */
export class Feed implements Disposable {
  readonly response: Response;
  readonly #abort: AbortController;
  readonly #blocks: AsyncGenerator<string, void, void>;

  constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.#blocks = blocksOf(response);
  }

  /** Reads the next message and skips comments; `undefined` at the end. */
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

  /** Reads messages up to the first one of the type `event`, and returns that one. */
  async until(event: string): Promise<Message> {
    for (let message = await this.next(); message !== undefined; message = await this.next()) {
      if (message.event === event) return message;
    }
    throw new Error(`The feed ended before ${event}`);
  }

  /** Reads the next block of lines, a message or a comment; `undefined` at the end. */
  async block(): Promise<string | undefined> {
    return (await this.#blocks.next()).value ?? undefined;
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }
}

async function* blocksOf(response: Response): AsyncGenerator<string, void, void> {
  let rest = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop()!;
    yield* blocks;
  }
}

function keyHeader(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { "idempotency-key": key };
}

function parseBody(json: string): unknown {
  return json === "" ? undefined : JSON.parse(json);
}
