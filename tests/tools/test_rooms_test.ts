import { assertEquals, assertThrows } from "@std/assert";
import { parseTestArguments } from "../../tools/run_tests.ts";
import { chooseRooms, TEST_ROOMS } from "../../tools/test_rooms.ts";

const [core, machine, alone, docs] = TEST_ROOMS.map(({ name }) => name);

const rooms: [paths: string[], names: (string | undefined)[]][] = [
  [[], [core, machine, alone, docs]],
  [["tests/pattern"], [core]],
  [["./tests/pattern/parse_pattern_test.ts"], [core]],
  [["tests/jetstream/"], [machine, alone]],
  [["tests/"], [core, machine, alone]],
  [["tests/examples/booking", "tests/jetstream/crash_test.ts"], [alone]],
  [["tests/jetstream_naming"], [core]],
  [["tests/pattern", "tests/jetstream/log_test.ts"], [core, machine]],
  [["README.md"], [docs]],
  [["docs/security.md", "src/pattern"], [docs]],
];

Deno.test("a path leads to the room that has the permissions for it", async (t) => {
  for (const [paths, names] of rooms) {
    await t.step(paths.join(" ") || "no path", () => {
      assertEquals(chooseRooms(paths).map(({ name }) => name), names);
    });
  }
});

Deno.test("a path that is in no room is refused", () => {
  assertThrows(() => chooseRooms(["tools/task.ts"]), Error, `Cannot test "tools/task.ts"`);
});

Deno.test("the core's tests have no permission", () => {
  assertEquals(TEST_ROOMS[0]?.permissions, []);
});

const commands: [args: string[], paths: string[], flags: string[]][] = [
  [[], [], []],
  [["--", "tests/pattern"], ["tests/pattern"], []],
  [["--filter", "a name", "tests"], ["tests"], ["--filter", "a name"]],
  [["--filter=a name", "tests"], ["tests"], ["--filter=a name"]],
  [["--fail-fast", "tests"], ["tests"], ["--fail-fast"]],
  [["--filter"], [], ["--filter"]],
];

Deno.test("paths are told from flags", async (t) => {
  for (const [args, paths, flags] of commands) {
    await t.step(args.join(" ") || "nothing", () => assertEquals(parseTestArguments(args), { paths, flags }));
  }
});
