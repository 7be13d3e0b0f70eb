import { assertEquals, assertThrows } from "@std/assert";
import { OWN_FILE, parseArguments, USAGE } from "../../../examples/flights/arguments.ts";
import { DemoError } from "../../../examples/flights/demo_error.ts";

const OWN_SERVER = "nats://127.0.0.1:4222";

const accepted: [line: string, file: string, nats: string | undefined, because: string, data?: string][] = [
  ["", OWN_FILE, undefined, "the demo comes with flights, and needs no server"],
  ["a.json", "a.json", undefined, "it is a file"],
  ["h:4333", "h:4333", undefined, "only after --nats does it look like a server"],
  ["--nats", OWN_FILE, OWN_SERVER, "a server is at home there"],
  ["--nats nats://h", OWN_FILE, "nats://h", "it looks like a server"],
  ["--nats h:4333", OWN_FILE, "h:4333", "so does this"],
  ["--nats a.json", "a.json", OWN_SERVER, "it does not look like a server"],
  ["--nats h:4333 a.json", "a.json", "h:4333", "one is the server, one the file"],
  ["a.json --nats", "a.json", OWN_SERVER, "the order is free"],
  ["a.json --nats tls://h:1", "a.json", "tls://h:1", "the order is free"],
  ["--data x", OWN_FILE, undefined, "a folder is no file of flights", "x"],
  ["a.json --data x/y", "a.json", undefined, "the order is free", "x/y"],
  ["--data h:4333 a.json", "a.json", undefined, "only after --nats does it look like a server", "h:4333"],
];

Deno.test("command lines are accepted", async (t) => {
  for (const [line, file, nats, because, data] of accepted) {
    await t.step(`"${line}": ${because}`, () => {
      assertEquals(parseArguments(words(line)), { help: false, file, nats, data });
    });
  }
});

const refused: [line: string, says: string][] = [
  ["--fast", `There is no option "--fast". --help shows those that there are`],
  ["-x", `There is no option "-x". --help shows those that there are`],
  ["--nats --fast", `There is no option "--fast". --help shows those that there are`],
  ["--data", "--data needs a folder. See --help"],
  ["--data --nats", "--data needs a folder. See --help"],
  ["--data x --nats", "Cannot store in two places: give --data or --nats"],
  ["a.json b.json", "Cannot record from 2 files: give one, not a.json, b.json"],
];

Deno.test("command lines are refused", async (t) => {
  for (const [line, says] of refused) {
    await t.step(line, () => {
      assertEquals(assertThrows(() => parseArguments(words(line)), DemoError).message, says);
    });
  }
});

Deno.test("parseArguments() accepts --help and -h", () => {
  assertEquals([parseArguments(["--help"]).help, parseArguments(["a.json", "-h"]).help], [true, true]);
});

Deno.test("the usage fits a terminal of 80 columns", () => {
  assertEquals(USAGE.split("\n").filter((line) => line.length > 80), []);
});

function words(line: string): string[] {
  return line.split(" ").filter((word) => word !== "");
}
