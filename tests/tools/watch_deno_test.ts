import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { choosePackageSource } from "../../tools/jsr.ts";
import { type Terminal, watchDeno, writeAll } from "../../tools/watch_deno.ts";

const source = await choosePackageSource();

Deno.test("what a command says is kept, on both ways, with how it ended", async () => {
  const { code, output } = await watchDeno(
    source,
    ["eval", "console.log('said'); console.error('failed'); Deno.exit(3)"],
    true,
  );
  assertEquals(code, 3);
  for (const said of ["said\n", "failed\n"]) assertStringIncludes(output, said);
});

Deno.test("a command that falls silent is ended, and its output says so", async () => {
  const { code, output } = await watchDeno(source, ["eval", "setInterval(() => {}, 1_000)"], true, { silenceMs: 100 });
  assertEquals(code === 0, false);
  assertStringIncludes(output, "It was ended, as it had said nothing for 0.1 seconds.");
});

Deno.test("what a command leaves behind when it ends is not waited for, though it holds the ways on which it spoke", async () => {
  // It would end by itself, should this test not come to it.
  const leave = `
    const args = ["eval", "setTimeout(() => {}, 60_000)"];
    console.log("left", new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().pid);
    Deno.exit(4);
  `;
  const { code, output } = await watchDeno(source, ["eval", leave], true, { restMs: 2_000 });
  const [, pid] = /left (\d+)/.exec(output)!;
  Deno.kill(Number(pid), "SIGKILL"); // It fails if that has ended.
  assertEquals(code, 4);
});

Deno.test("a terminal that takes a part only, or nothing for a while, gets all that is said in the end", async () => {
  const taken: number[] = [];
  let calls = 0;
  const slow: Terminal = {
    writeSync: (bytes) => {
      if (++calls % 3 !== 0) throw new Deno.errors.WouldBlock("full");
      taken.push(...bytes.subarray(0, 2));
      return Math.min(2, bytes.length);
    },
  };
  await writeAll(slow, new Uint8Array([1, 2, 3, 4, 5]));
  assertEquals(taken, [1, 2, 3, 4, 5]);
  const gone: Terminal = {
    writeSync: () => {
      throw new Deno.errors.BrokenPipe("gone");
    },
  };
  await assertRejects(() => writeAll(gone, new Uint8Array(1)), Deno.errors.BrokenPipe);
});
