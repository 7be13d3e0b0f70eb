import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BUNDLED_FILE, USAGE } from "../../../examples/flights/arguments.ts";
import { runDeno } from "../../_support/deno.ts";
import { runDemo, WITH_NETWORK } from "../run_example.ts";
import { assertReport } from "./assert_report.ts";
import type { Flight } from "./expected_report.ts";

const BUNDLED_FLIGHTS: Flight[] = JSON.parse(await Deno.readTextFile(BUNDLED_FILE));
const FLIGHT: Flight = { date: "2001/01/31 23:59", delay: -19, distance: 1797, origin: "LAX", destination: "BNA" };
const EARLIER: Flight = { ...FLIGHT, date: "2001/01/30 23:59", destination: "MDW" };

Deno.test("the bundled flights are the flights of vega-datasets 3.2.1", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(BUNDLED_FLIGHTS));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assertEquals(digest, "41de5f0e4177ae3a7f41a58e7c69dfa83547a11f83adac0c812ed77a9cfeb5d3");
});

Deno.test("main() needs no server and no network permission, and reports the bundled flights", async () => {
  const result = await runDemo([]);
  assertReport(result, BUNDLED_FLIGHTS);
  assertMatch(result.stdout, /^Recording 2,000 flights of flights-2k\.json\nStored in memory$/m);
  assertMatch(result.stdout, /^Durability "none": lost when this process ends$/m);
  const progress = result.stdout.split("\n").filter((line) =>
    /^[\d,]+ of 4,000 events, \d+ %, [\d,]+ events\/s$/.test(line)
  );
  assertEquals(progress.length, 4);
  assertMatch(progress.at(-1) ?? "", /^4,000 of 4,000 events, 100 %/);
});

const files: [name: string, flights: Flight[]][] = [
  ["flights in another order", BUNDLED_FLIGHTS.toReversed()],
  ["one flight: airports without departures or without arrivals", [FLIGHT]],
  ["two flights of one distance on one day, the later one first in the file", [FLIGHT, {
    ...EARLIER,
    date: "2001/01/31 07:00",
  }]],
  ["two flights of one distance on two days, the later one first in the file", [FLIGHT, EARLIER]],
  ["a flight that lands at its origin", [{ ...FLIGHT, destination: "LAX", delay: 0 }]],
  ["a thousand flights in a day, the limit of a commit", Array(1_000).fill(FLIGHT)],
];

Deno.test("main() reports the flights of another file", async (t) => {
  for (const [name, flights] of files) {
    await t.step(name, async () => {
      await using file = await temporaryFile(JSON.stringify(flights));
      const oldestFirst = flights.toSorted((a, b) => a.date.localeCompare(b.date));
      assertReport(await runDemo([file.path]), oldestFirst);
    });
  }
});

Deno.test("main() stores two commits for a day with 1,001 flights", async () => {
  await using file = await temporaryFile(JSON.stringify(Array(1_001).fill(FLIGHT)));
  const { stdout } = await runDemo([file.path]);
  assertMatch(stdout, /^ {2}flights\.departures +1,001 +2 +1$/m);
  assertMatch(stdout, /^ {2}flights\.arrivals +1,001 +2 +1$/m);
});

/** In `args` and `messages`, `FILE` stands for the path of a file with `content`. */
const refused: [name: string, args: string[], content: string, messages: string[]][] = [
  ["a missing file", ["no/such.json"], "", [`Cannot read flights from "no/such.json": there is no such file`]],
  ["a directory", ["examples"], "", [`Cannot read flights from "examples": it is a directory`]],
  ["a path below a file", ["deno.json/a"], "", [`Cannot read flights from "deno.json/a": `]],
  ["an empty file name", [""], "", [`Cannot read flights from "": `]],
  ["an empty file", ["FILE"], "", ["FILE", "it is not JSON"]],
  ["malformed JSON", ["FILE"], `[\n{"date"\n`, ["FILE", "it is not JSON"]],
  ["JSON with control codes", ["FILE"], "\u001b[31m\n", ["FILE", "it is not JSON"]],
  ["an object", ["FILE"], JSON.stringify(FLIGHT), ["FILE", "it contains an object, not an array of flights"]],
  ["an empty array", ["FILE"], "[]", ["FILE", "its array is empty"]],
  ["a missing field", ["FILE"], JSON.stringify([FLIGHT, { ...FLIGHT, origin: undefined }]), [
    "FILE",
    `record 2 has no "origin"`,
  ]],
  ["a wrong field", ["FILE"], JSON.stringify([FLIGHT, FLIGHT, { ...FLIGHT, delay: "late" }]), [
    "FILE",
    `in record 3, "delay" is "late", not a whole number of minutes`,
  ]],
  ["a field of two lines", ["FILE"], JSON.stringify([{ ...FLIGHT, origin: "L\nX" }]), ["FILE", `record 1, "origin"`]],
  ["an unknown option", ["--fast"], "", [`There is no option "--fast"`]],
  ["two files", ["a.json", "b.json"], "", ["Cannot record flights of 2 files"]],
];

Deno.test("main() refuses wrong arguments and files in one line", async (t) => {
  for (const [name, args, content, messages] of refused) {
    await t.step(name, async () => {
      await using file = await temporaryFile(content);
      const { code, stdout, stderr } = await runDemo(args.map((arg) => arg === "FILE" ? file.path : arg), WITH_NETWORK);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, /^[^\p{Cc}]+\n$/u);
      for (const message of messages) {
        assertStringIncludes(stderr, message === "FILE" ? `"${file.path}"` : message);
      }
    });
  }
});

Deno.test("main() prints only the usage if one argument is --help", async () => {
  assertEquals(await runDemo(["no/such.json", "--help"], []), { code: 0, stdout: `${USAGE}\n`, stderr: "" });
});

Deno.test("deno task demo passes on arguments and exit code", async () => {
  const [good, bad] = await Promise.all(
    [BUNDLED_FILE, "no/such.json"].map((file) => runDeno("task", "-q", "demo", file)),
  );
  assertEquals(good!.code, 0, good!.output);
  assertStringIncludes(good!.output, "Recording 2,000 flights of flights-2k.json\n");
  assertEquals(bad!.code, 1);
  assertStringIncludes(bad!.output, `Cannot read flights from "no/such.json": there is no such file\n`);
});

async function temporaryFile(content: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempFile({ prefix: "aether-flights-", suffix: ".json" });
  await Deno.writeTextFile(path, content);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}
