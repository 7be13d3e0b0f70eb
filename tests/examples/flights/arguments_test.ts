import { assertEquals, assertThrows } from "@std/assert";
import { BUNDLED_FILE, parseArguments, USAGE } from "../../../examples/flights/arguments.ts";
import { DemoError } from "../../../examples/flights/demo_error.ts";

const LOCAL_SERVER = "nats://127.0.0.1:4222";

const accepted: [line: string, file: string, nats: string | undefined, reason: string, data?: string][] = [
  ["", BUNDLED_FILE, undefined, "by default, the bundled flights in memory"],
  ["a.json", "a.json", undefined, "an argument is a file"],
  ["h:4333", "h:4333", undefined, "an argument that does not follow --nats is no server"],
  ["--nats", BUNDLED_FILE, LOCAL_SERVER, "the default server"],
  ["--nats nats://h", BUNDLED_FILE, "nats://h", "a URL after --nats is a server"],
  ["--nats h:4333", BUNDLED_FILE, "h:4333", "a host with a port after --nats is a server"],
  ["--nats a.json", "a.json", LOCAL_SERVER, "another argument after --nats is a file"],
  ["--nats h:4333 a.json", "a.json", "h:4333", "a server and a file"],
  ["a.json --nats", "a.json", LOCAL_SERVER, "the order is free"],
  ["a.json --nats tls://h:1", "a.json", "tls://h:1", "the order is free"],
  ["--data x", BUNDLED_FILE, undefined, "an argument after --data is a folder", "x"],
  ["a.json --data x/y", "a.json", undefined, "the order is free", "x/y"],
  ["--data h:4333 a.json", "a.json", undefined, "an argument that does not follow --nats is no server", "h:4333"],
];

Deno.test("parseArguments() accepts", async (t) => {
  for (const [line, file, nats, reason, data] of accepted) {
    await t.step(`"${line}": ${reason}`, () => {
      assertEquals(parseArguments(words(line)), { help: false, file, nats, data });
    });
  }
});

const refused: [line: string, message: string][] = [
  ["--fast", `There is no option "--fast". See --help`],
  ["-x", `There is no option "-x". See --help`],
  ["--nats --fast", `There is no option "--fast". See --help`],
  ["--data", "--data needs a folder. See --help"],
  ["--data --nats", "--data needs a folder. See --help"],
  ["--data x --nats", "Cannot store events twice: --data and --nats exclude each other. Pass one of them"],
  ["a.json b.json", "Cannot record flights of 2 files: a.json, b.json. Pass one file"],
];

Deno.test("parseArguments() refuses", async (t) => {
  for (const [line, message] of refused) {
    await t.step(line, () => {
      assertEquals(assertThrows(() => parseArguments(words(line)), DemoError).message, message);
    });
  }
});

Deno.test("parseArguments() accepts --help and -h", () => {
  assertEquals([parseArguments(["--help"]).help, parseArguments(["a.json", "-h"]).help], [true, true]);
});

Deno.test("USAGE fits a terminal of 80 columns", () => {
  assertEquals(USAGE.split("\n").filter((line) => line.length > 80), []);
});

function words(line: string): string[] {
  return line.split(" ").filter((word) => word !== "");
}
