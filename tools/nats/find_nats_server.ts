import { inRoot } from "../root.ts";
import {
  askVersion,
  NATS_SERVER_VERSIONS,
  type NatsServerBinary,
  type NatsServerVersion,
} from "./nats_server_version.ts";

/** Where a downloaded server is kept. The folder is named for the version that was asked for. */
export function cachedNatsServer(version: NatsServerVersion): string {
  return inRoot(`.cache/nats-server/${version}/nats-server`);
}

/**
 * Finds a server on this machine: the one that `NATS_SERVER` names (a path), else a downloaded one, newest first, else
 * `nats-server` on the PATH. With a version only that one will do.
 */
export async function findNatsServer(version?: NatsServerVersion): Promise<NatsServerBinary | undefined> {
  const named = Deno.env.get("NATS_SERVER");
  if (named !== undefined) {
    const found = await askVersion(named);
    if (found === undefined) throw new Error(`Cannot use NATS_SERVER=${named}: no nats-server runs from that path`);
    if (version === undefined || found.version === version) return found;
  }
  for (const wanted of version === undefined ? NATS_SERVER_VERSIONS : [version]) {
    const found = await askVersion(cachedNatsServer(wanted));
    if (found !== undefined) return found;
  }
  const onPath = await askVersion("nats-server");
  return version === undefined || onPath?.version === version ? onPath : undefined;
}
