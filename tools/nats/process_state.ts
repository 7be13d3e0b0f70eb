/**
 * The state of a process as a letter, such as `T` for stopped; `undefined` if the process has ended or never existed.
 * Other programs read the state, because Deno opens /proc only with all permissions.
 */
export async function processState(pid: number): Promise<string | undefined> {
  const state = Deno.build.os === "linux"
    ? / \(.*\) (.)/s.exec(await outputOf("cat", `/proc/${pid}/stat`))?.[1]
    : (await outputOf("ps", "-o", "stat=", "-p", String(pid))).trim()[0];
  return state === "Z" ? undefined : state;
}

async function outputOf(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}
