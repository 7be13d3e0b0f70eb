import { poll } from "./poll.ts";

/** Where a server listens on 127.0.0.1. */
export interface ServerPorts {
  readonly client: number;
  readonly monitoring: number;
}

const START_TIMEOUT_MS = 60_000;

/**
 * Waits until a server that was just spawned has written its ports file into `folder` and accepts connections.
 *
 * @param complaint Says what the server said, for the error.
 */
export async function waitUntilReady(
  child: Deno.ChildProcess,
  folder: string,
  complaint: () => Promise<string>,
): Promise<ServerPorts> {
  let ended = false;
  child.status.then(() => ended = true);
  const ports = await poll(() => listeningPorts(child.pid, folder), START_TIMEOUT_MS, () => ended);
  if (ports !== undefined) return ports;
  const state = ended ? "it ended" : `it did not listen within ${START_TIMEOUT_MS / 1000} seconds`;
  throw new Error(`Cannot start nats-server: ${state}. ${await complaint()}`);
}

async function listeningPorts(pid: number, folder: string): Promise<ServerPorts | undefined> {
  const ports = await readPortsFile(pid, folder);
  return ports !== undefined && await accepts(ports.client) ? ports : undefined;
}

/** The file carries the server's process id in its name, so that one left by a killed server is not taken for it. */
async function readPortsFile(pid: number, folder: string): Promise<ServerPorts | undefined> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const file = entries.find(({ name }) => name.endsWith(`_${pid}.ports`));
  if (file === undefined) return undefined;
  try {
    const { nats, monitoring } = JSON.parse(await Deno.readTextFile(`${folder}/${file.name}`));
    return { client: Number(new URL(nats[0]).port), monitoring: Number(new URL(monitoring[0]).port) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Half written: look again.
    throw error;
  }
}

async function accepts(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}
