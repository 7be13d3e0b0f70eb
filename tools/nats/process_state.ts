/**
 * The system's letter for what a process is doing: `T` is stopped. Undefined if it has ended, or there never was one.
 * Asked of other programs, as deno itself opens /proc only to those who may do everything.
 */
export async function processState(pid: number): Promise<string | undefined> {
  const state = Deno.build.os === "linux"
    ? / \(.*\) (.)/s.exec(await say("cat", `/proc/${pid}/stat`))?.[1]
    : (await say("ps", "-o", "stat=", "-p", String(pid))).trim()[0];
  return state === "Z" ? undefined : state;
}

async function say(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}
