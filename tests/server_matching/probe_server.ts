/** The reply to the last command of a probe. */
const PONG = "\r\nPONG\r\n";

/**
 * Subscribes to a string as it is, publishes to subjects as they are, and describes the reaction of the server.
 *
 * It writes the protocol itself, because a client library would refuse some of the strings. `verbose` makes the server
 * reply to each command; `pedantic` off makes it check no more than it does for clients.
 */
export async function probeServer(port: number, subscribe: string, publish: readonly string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const commands = [
    `CONNECT {"verbose":true,"pedantic":false,"protocol":1}`,
    `SUB ${subscribe} 1`,
    ...publish.flatMap((subject) => [`PUB ${subject} 1`, "x"]),
    // Ends the subscription at once. The server notices only later that a connection was closed.
    "UNSUB 1",
    "PING",
    "",
  ];
  await new Blob([commands.join("\r\n")]).stream().pipeTo(connection.writable, { preventClose: true });
  return describe(await readUntilPong(connection), publish[0]!);
}

function describe(replies: string, subject: string): string {
  if (!replies.includes(PONG)) return "closes the connection";
  const refusal = /^-ERR '(.*)'/m.exec(replies)?.[1];
  if (refusal !== undefined) return `refuses it: ${refusal}`;
  const received = [...replies.matchAll(/^MSG ([^ ]+) /gm)].map(([, subject]) => subject!);
  if (received.length === 0) return "delivers nothing";
  return received.join() === subject ? "delivers it" : `delivers "${received.join(`" and "`)}"`;
}

/** The replies until the last one, or until the server closes the connection. */
async function readUntilPong(connection: Deno.TcpConn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let replies = "";
  while (!replies.includes(PONG)) {
    const count = await connection.read(buffer).catch((error) => {
      // A server that closes while it has unread input resets the connection.
      if (error instanceof Deno.errors.ConnectionReset) return null;
      throw error;
    });
    if (count === null) return replies;
    replies += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return replies;
}
