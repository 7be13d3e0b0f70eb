import { assert, assertEquals } from "@std/assert";
import { inRoot } from "../../../tools/root.ts";
import { start } from "./started.ts";

/** A command of the README, and the output that the README shows for it. */
interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

const README = await Deno.readTextFile(inRoot("examples/booking/README.md"));

const shown: ShownCommand[] = [...README.matchAll(/^```console\n(.*?)^```$/gms)]
  .flatMap(([, block]) => block!.split(/^\$ /m).slice(1))
  .map((lines) => {
    const end = lines.indexOf("\n");
    return { command: lines.slice(0, end), output: lines.slice(end + 1).trimEnd() };
  });

/** The log identity in the positions that the README shows. */
const IDENTITY = "5f3a9c1e07b2";

/** Hides the parts of an output that differ between runs. */
function masked(output: string): string {
  return output
    .replace(/[0-9a-f]{12}-(?=\d{16})/g, "")
    .replace(/"hold":"[^"]*"/g, `"hold":"…"`)
    .replace(/"timestamp":\d+/g, `"timestamp":0`)
    .replace(/"lag":\{"events":\d+,"milliseconds":\d+\}/g, `"lag":{}`);
}

/** The words of a command line, as a shell splits them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/**
 * Sends the request of a curl command, with the options that the README uses.
 *
 * @param length The number of blocks to read from a feed, which does not end.
 */
async function curl([program, ...words]: string[], origin: string, length: number): Promise<string> {
  assertEquals(program, "curl");
  let url = "";
  let method = "GET";
  let body: string | null = null;
  const headers = new Headers();
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === "-N") continue;
    if (word === "-X") method = words.shift()!;
    else if (word === "-d") body = words.shift()!;
    else if (word === "-H") headers.set(...words.shift()!.split(": ", 2) as [string, string]);
    else url = word.replace("localhost:8080", origin);
  }
  const response = await fetch(url, { method, body, headers });
  if (!response.headers.get("content-type")!.startsWith("text/event-stream")) {
    return (await response.text()).trimEnd();
  }
  let blocks = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    blocks += chunk;
    if (blocks.split("\n\n").length > length) break;
  }
  return blocks.trimEnd();
}

Deno.test("the commands of the README print the output that it shows", async (t) => {
  await using started = await start();
  assert(shown.length > 8);
  let identity = IDENTITY;
  for (const { command, output } of shown) {
    await t.step(command, async () => {
      const messages = output.split("\n\n").length;
      const words = wordsOf(command.replaceAll(IDENTITY, identity));
      const received = await curl(words, started.service.url, messages);
      identity = /"position":"([0-9a-f]{12})-/.exec(received)?.[1] ?? identity;
      assertEquals(masked(received), masked(output));
    });
  }
  assertEquals(started.reports, []);
});
