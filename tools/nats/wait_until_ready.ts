import { poll } from "./poll.ts";

/** The ports of a server on 127.0.0.1. */
export interface ServerPorts {
  readonly client: number;
  readonly monitoring: number;
}

/** Milliseconds that a server may take to start. */
const START_TIMEOUT_MS = 60_000;

/**
 * Waits until a new server has written its ports file into `folder` and accepts connections.
 *
 * @param failure Returns the reason of a failed start, for the error.
 * @throws {Error} If the server ends, or does not accept connections in time.
 */
export async function waitUntilReady(
  child: Deno.ChildProcess,
  folder: string,
  failure: () => Promise<string>,
): Promise<ServerPorts> {
  let ended = false;
  child.status.then(() => ended = true);
  const ports = await poll(() => listeningPorts(child.pid, folder), START_TIMEOUT_MS, () => ended);
  if (ports !== undefined) return ports;
  const state = ended ? "it ended" : `it did not listen within ${START_TIMEOUT_MS / 1000} seconds`;
  throw new Error(`Cannot start nats-server: ${state}. ${await failure()}`);
}

async function listeningPorts(pid: number, folder: string): Promise<ServerPorts | undefined> {
  const ports = await readPortsFile(pid, folder);
  return ports !== undefined && await accepts(ports.client) ? ports : undefined;
}

/** Reads the ports file. Its name contains the process id, so that the file of a killed server is ignored. */
async function readPortsFile(pid: number, folder: string): Promise<ServerPorts | undefined> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const file = entries.find(({ name }) => name.endsWith(`_${pid}.ports`));
  if (file === undefined) return undefined;
  try {
    const { nats, monitoring } = JSON.parse(await Deno.readTextFile(`${folder}/${file.name}`));
    return { client: Number(new URL(nats[0]).port), monitoring: Number(new URL(monitoring[0]).port) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // The server is writing the file: the next poll reads it again.
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
