/**
 * A minimal NATS client: a socket, and a parser that counts messages without decoding them. Its time is almost only the
 * time of the server, the wire, and the sockets of the runtime.
 */
export class BareSocket implements Disposable {
  readonly #socket: Deno.TcpConn;
  readonly #buffer: Uint8Array = new Uint8Array(65_536);
  /** Received bytes that are not parsed yet. */
  #rest: Uint8Array = new Uint8Array();
  /** The body of the last message. */
  #body: Uint8Array = this.#rest;

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Connects, and subscribes to a subject. */
  static async connect(port: number, subject: string): Promise<BareSocket> {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    socket.setNoDelay(true);
    const bare = new BareSocket(socket);
    const hello = { verbose: false, pedantic: false, headers: true, no_responders: true, protocol: 1 };
    await bare.write(encode(`CONNECT ${JSON.stringify(hello)}\r\nSUB ${subject} 1\r\nPING\r\n`));
    while (await bare.#line() !== "PONG");
    return bare;
  }

  /** The bytes of a message with headers on the wire. */
  static frame(subject: string, reply: string, headers: string, body: Uint8Array): Uint8Array {
    const block = `NATS/1.0\r\n${headers}\r\n\r\n`;
    const head = encode(`HPUB ${subject} ${reply} ${block.length} ${block.length + body.length}\r\n${block}`);
    return Uint8Array.from([...head, ...body, 13, 10]);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
  }

  /** Waits for a number of messages, and returns the body of the last one, its headers included. */
  async receive(count: number): Promise<Uint8Array> {
    for (let i = 0; i < count;) {
      const step = this.#parse();
      if (step === undefined) await this.#more();
      else if (step === "message") i++;
      else if (step !== "") await this.write(encode(step));
    }
    return this.#body;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  /**
   * Parses a message or a line of the protocol. Returns `"message"`, the reply to a line, or `undefined` if the input
   * is incomplete.
   */
  #parse(): "message" | string | undefined {
    const end = this.#rest.indexOf(10);
    if (end < 0) return undefined;
    const line = decoder.decode(this.#rest.subarray(0, end - 1));
    if (!line.startsWith("MSG") && !line.startsWith("HMSG")) {
      this.#rest = this.#rest.subarray(end + 1);
      return line === "PING" ? "PONG\r\n" : "";
    }
    const size = Number(line.slice(line.lastIndexOf(" ") + 1));
    const next = end + 1 + size + 2;
    if (this.#rest.length < next) return undefined;
    this.#body = this.#rest.subarray(end + 1, next - 2);
    this.#rest = this.#rest.subarray(next);
    const flow = line.indexOf(" $JS.FC.");
    return flow < 0 ? "message" : `PUB ${line.slice(flow + 1).split(" ")[0]} 0\r\n\r\n`;
  }

  async #line(): Promise<string> {
    while (!this.#rest.includes(10)) await this.#more();
    const end = this.#rest.indexOf(10);
    const line = decoder.decode(this.#rest.subarray(0, end - 1));
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }

  async #more(): Promise<void> {
    const length = await this.#socket.read(this.#buffer);
    if (length === null) throw new Error("Cannot receive: the server closed the connection");
    const all = new Uint8Array(this.#rest.length + length);
    all.set(this.#rest);
    all.set(this.#buffer.subarray(0, length), this.#rest.length);
    this.#rest = all;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encode(string: string): Uint8Array {
  return encoder.encode(string);
}
