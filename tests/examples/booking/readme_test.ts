import { assert, assertEquals } from "@std/assert";
import { inRoot } from "../../../tools/root.ts";
import { start } from "./started.ts";

/** A command of the README and what it says that is answered. */
interface Tried {
  readonly command: string;
  readonly answer: string;
}

const README = await Deno.readTextFile(inRoot("examples/booking/README.md"));

const tried: Tried[] = [...README.matchAll(/^```console\n(.*?)^```$/gms)]
  .flatMap(([, block]) => block!.split(/^\$ /m).slice(1))
  .map((text) => {
    const end = text.indexOf("\n");
    return { command: text.slice(0, end), answer: text.slice(end + 1).trimEnd() };
  });

/** The log identity in the positions of the README. */
const IDENTITY = "5f3a9c1e07b2";

/** Hides the parts of an answer that differ between runs. */
function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{12}-(?=\d{16})/g, "")
    .replace(/"hold":"[^"]*"/g, `"hold":"…"`)
    .replace(/"timestamp":\d+/g, `"timestamp":0`)
    .replace(/"lag":\{"events":\d+,"milliseconds":\d+\}/g, `"lag":{}`);
}

/** The words of a command line, as a shell splits them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** Does what curl does, as far as the README uses it. A feed is read as far as the README shows it. */
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
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split("\n\n").length > length) break;
  }
  return text.trimEnd();
}

Deno.test("each command of the README is answered as it says, in its order", async (t) => {
  await using started = await start();
  assert(tried.length > 8);
  let identity = IDENTITY;
  for (const { command, answer } of tried) {
    await t.step(command, async () => {
      const messages = answer.split("\n\n").length;
      const words = wordsOf(command.replaceAll(IDENTITY, identity));
      const received = await curl(words, started.service.url, messages);
      identity = /"position":"([0-9a-f]{12})-/.exec(received)?.[1] ?? identity;
      assertEquals(masked(received), masked(answer));
    });
  }
  assertEquals(started.reports, []);
});
