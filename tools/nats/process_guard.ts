/** Cleans up after this process if it ends without doing so itself. */
export interface ProcessGuard {
  /** Says which process is to be killed; undefined: none at the moment. */
  watch(pid: number | undefined): Promise<void>;
  /** Nothing is left to clean up. */
  dismiss(): Promise<void>;
}

/**
 * A shell that waits on a pipe from this process. However this process ends, even by `kill -9`, the pipe closes then,
 * and the shell kills what it was last told to watch and removes the folder. Signals to the whole terminal, such as
 * Ctrl-C, do not end the shell before that.
 */
const SCRIPT = `
trap '' INT TERM HUP
pid=
while read -r line; do pid=$line; done
[ -z "$pid" ] || kill -9 "$pid"
rm -rf "$1"
`;

/** Guards a process that works in `folder`, a temporary one of its own. */
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
