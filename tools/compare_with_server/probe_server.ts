/** The answer to the last command. The server may have gone on: it asks new clients how far away they are. */
const PONG = "\r\nPONG\r\n";

/** The commands of one probe, and what their answers mean. */
interface Probe {
  readonly subscribe: string;
  readonly publish: readonly string[];
}

/**
 * Subscribes to a text as it stands, publishes to the same text and to a decoy, and puts what the server did into words.
 *
 * It speaks the protocol itself: a client would refuse some texts before the server sees them. With `verbose` the server answers
 * each command, and with `pedantic` off it checks as little as it does for clients.
 *
 * @param decoy A subject that the pattern must not receive.
 */
export async function probePattern(port: number, pattern: string, decoy?: string): Promise<string> {
  const said = await converse(port, {
    subscribe: pattern,
    publish: decoy === undefined ? [pattern] : [pattern, decoy],
  });
  if (said.messages.length > 1) return `receives ${said.messages.join(" and ")}`;
  const taken = decoy === undefined ? "takes it" : "takes it literally";
  return inWords(said, pattern, taken, "never delivers it");
}

/** Publishes to a text as it stands, with a subscriber to everything, and puts what the server did into words. */
export async function probeSubject(port: number, subject: string): Promise<string> {
  const said = await converse(port, { subscribe: ">", publish: [subject] });
  return inWords(said, subject, "delivers it", "takes it and delivers it to nobody");
}

interface Answers {
  readonly refusal: string | undefined;
  readonly closed: boolean;
  /** The subjects of what was delivered. */
  readonly messages: readonly string[];
}

function inWords(
  { refusal, closed, messages: [received] }: Answers,
  text: string,
  same: string,
  nothing: string,
): string {
  if (closed) return "closes the connection";
  if (refusal !== undefined) return `refuses it: ${refusal}`;
  if (received === undefined) return nothing;
  return received === text ? same : `takes it for "${received}"`;
}

/**
 * It unsubscribes before the end. The server notices only later that a connection was closed, and until then what the next
 * probe publishes could go to this one: a member of the same queue group is as good as another.
 */
async function converse(port: number, { subscribe, publish }: Probe): Promise<Answers> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const commands = [
    `CONNECT {"verbose":true,"pedantic":false,"protocol":1}`,
    `SUB ${subscribe} 1`,
    ...publish.flatMap((subject) => [`PUB ${subject} 1`, "x"]),
    "UNSUB 1",
    "PING",
    "",
  ];
  await writeAll(connection, new TextEncoder().encode(commands.join("\r\n")));
  const text = await readUntilPong(connection);
  return {
    refusal: /^-ERR '(.*)'/m.exec(text)?.[1],
    closed: !text.includes(PONG),
    messages: [...text.matchAll(/^MSG ([^ ]+) /gm)].map(([, subject]) => subject!),
  };
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

/** All that the server says until it has answered everything, or has closed the connection. */
async function readUntilPong(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  while (!text.includes(PONG)) {
    const count = await readSome(connection, buffer);
    if (count === null) return text;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text;
}

/** A server that closes while it still has something to read resets the connection: that is an end too. */
async function readSome(connection: Deno.TcpConn, buffer: Uint8Array): Promise<number | null> {
  try {
    return await connection.read(buffer);
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return null;
    throw error;
  }
}
