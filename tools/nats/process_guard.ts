/** Kills a process and removes its folder when this process ends, even by a crash. */
export interface ProcessGuard {
  /** Sets the process to kill; `undefined` for no process. */
  watch(pid: number | undefined): Promise<void>;
  /** Ends the guard without cleaning up. */
  dismiss(): Promise<void>;
}

/**
 * A shell script that reads process ids from a pipe of this process. When this process ends, even by `kill -9`, the
 * pipe closes. The shell then kills the last process id and removes the folder. It ignores signals to the process
 * group, such as the SIGINT of Ctrl-C.
 */
const SCRIPT = `
trap '' INT TERM HUP
pid=
while read -r line; do pid=$line; done
[ -z "$pid" ] || kill -9 "$pid"
rm -rf "$1"
`;

/** Starts a guard for a process that works in the temporary folder `folder`. */
export function guardAgainstExit(folder: string): ProcessGuard {
  const shell = new Deno.Command("sh", {
    args: ["-c", SCRIPT, "sh", folder],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const pipe = shell.stdin.getWriter();
  return {
    watch: (pid) => pipe.write(new TextEncoder().encode(`${pid ?? ""}\n`)),
    dismiss: async () => {
      shell.kill("SIGKILL");
      await shell.status;
      await pipe.close().catch(() => pipe.abort());
    },
  };
}
