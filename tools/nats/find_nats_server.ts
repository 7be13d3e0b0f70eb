import { inRoot } from "../root.ts";
import {
  askVersion,
  NATS_SERVER_VERSIONS,
  type NatsServerBinary,
  type NatsServerVersion,
} from "./nats_server_version.ts";

/** The path of a downloaded server. Its folder has the requested version as its name. */
export function cachedNatsServer(version: NatsServerVersion): string {
  return inRoot(`.cache/nats-server/${version}/nats-server`);
}

/**
 * Finds a server on this machine: the path in `NATS_SERVER`, else the newest downloaded server, else `nats-server` on
 * the PATH. With `version`, finds a server of that version only.
 *
 * @throws {Error} If `NATS_SERVER` is not the path of a nats-server.
 */
export async function findNatsServer(version?: NatsServerVersion): Promise<NatsServerBinary | undefined> {
  const named = Deno.env.get("NATS_SERVER");
  if (named !== undefined) {
    const found = await askVersion(named);
    if (found === undefined) {
      throw new Error(`Cannot use NATS_SERVER=${named}: it is not the path of a nats-server. Fix or unset it`);
    }
    if (version === undefined || found.version === version) return found;
  }
  for (const wanted of version === undefined ? NATS_SERVER_VERSIONS : [version]) {
    const found = await askVersion(cachedNatsServer(wanted));
    if (found !== undefined) return found;
  }
  const onPath = await askVersion("nats-server");
  return version === undefined || onPath?.version === version ? onPath : undefined;
}
