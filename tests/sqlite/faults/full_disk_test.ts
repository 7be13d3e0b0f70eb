import { assertEquals } from "@std/assert";
import { inRoot } from "../../../tools/root.ts";
import { denoArguments } from "../../_support/deno.ts";
import { TempFolder } from "../temp_folder.ts";

const FILL_DISK = [Deno.execPath(), ...denoArguments(["run", "-A", "--quiet", "tests/sqlite/faults/fill_disk.ts"])];

/** Runs a shell command with the arguments `"$@"`. */
async function shell(command: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", command, "sh", ...args],
    cwd: inRoot("."),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Runs `"$@"` with a file system of 8 MB at `$0`, of which 1 MB is filled. It needs its own mount namespace. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=8m tmpfs "$0" && head -c 1000000 /dev/zero > "$0/filler" && exec "$@"';
const canMount = (await shell("exec unshare -rm mount -t tmpfs tmpfs /mnt")).code === 0;

for (const durability of ["disk", "process"]) {
  Deno.test({
    name: `append() fails on a full disk, loses nothing, and continues when there is space: durability ${durability}`,
    ignore: !canMount,
    fn: async () => {
      await using folder = await TempFolder.create();
      const args = [...FILL_DISK, `${folder.path}/events.db`, durability, `${folder.path}/filler`];
      const { code, output } = await shell(`exec unshare -rm sh -c '${ON_SMALL_DISK}' "$@"`, folder.path, ...args);
      assertEquals([code, output], [0, "unavailable\n"]);
    },
  });

  Deno.test(`append() whose COMMIT fails has an unknown outcome, and loses nothing: durability ${durability}`, async () => {
    await using folder = await TempFolder.create();
    // A write beyond the greatest size of a file fails in the middle of a transaction's COMMIT.
    const command = `trap "" XFSZ; ulimit -f 4096; exec "$@"`;
    const { code, output } = await shell(command, ...FILL_DISK, folder.newPath(), durability);
    assertEquals([code, output], [0, "outcome-unknown\n"]);
  });
}

Deno.test({
  name: "sqlite() refuses a file on a read-only file system, and does not change it",
  ignore: !canMount,
  fn: async () => {
    await using folder = await TempFolder.create();
    const command = [Deno.execPath(), ...denoArguments(["run", "-A", "--quiet", "tests/sqlite/faults/append_once.ts"])];
    const onTwoDisks = 'mount -t tmpfs tmpfs "$0" && "$@" && cp "$0/events.db" "$0/copy.db" && ' +
      'mount -o remount,ro "$0" && "$@" && cmp "$0/events.db" "$0/copy.db" && ls "$0"';
    const args = [...command, `${folder.path}/events.db`];
    const { code, output } = await shell(`exec unshare -rm sh -c '${onTwoDisks}' "$@"`, folder.path, ...args);
    assertEquals([code, output], [0, "1\nunavailable\ncopy.db\nevents.db\n"]);
  },
});
