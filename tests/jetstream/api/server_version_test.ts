import { assertEquals } from "@std/assert";
import { isAtLeast } from "../../../adapters/jetstream/api/server_version.ts";

const versions: [version: string | undefined, isAtLeast: boolean][] = [
  ["2.11.0", true],
  ["2.11.0-RC.1", true],
  ["2.10.27", false],
  ["2.9.10", false],
  ["v2.11.4", true],
  ["3.0.0", true],
  ["1.99.0", false],
  [undefined, true],
  ["dev", true],
];

Deno.test("isAtLeast() compares versions of servers by numbers", () => {
  for (const [version, wanted] of versions) assertEquals(isAtLeast(version, 2, 11), wanted, version);
});
