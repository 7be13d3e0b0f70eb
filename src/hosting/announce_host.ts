import type { Cluster } from "../cluster/cluster.ts";
import { ClosedError } from "../errors/closed_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { Namespace } from "../base/namespace.ts";

/** For each cluster node of this process, the services under which the node hosts actors. */
const offeredServices: WeakMap<Cluster, Set<string>> = new WeakMap();

/** The name of the service that a node offers while it hosts the actors of a name. */
export function serviceOf(namespace: Namespace, name: string): string {
  return `actors:${namespace}:${name}`;
}

/**
 * Announces that a node hosts actors.
 *
 * @param serve Starts to answer requests of other nodes. Called before the other nodes see the announcement.
 * @returns A disposable. Its disposal ends the announcement, and the answers to requests. A repeated disposal returns
 * the first promise.
 * @throws {InvalidArgumentError} If the node already hosts actors under the name.
 * @throws {TooLargeError} If the services of the node would have more than 65,000 bytes.
 * @throws {ClosedError} If the cluster was closed.
 */
export function announceHost(
  cluster: Cluster,
  namespace: Namespace,
  name: string,
  serve: () => AsyncDisposable,
): AsyncDisposable {
  const service = serviceOf(namespace, name);
  const cannotHost = `Cannot host actors as "${name}" in namespace "${namespace}"`;
  const services = offeredServices.get(cluster) ?? new Set();
  if (services.has(service)) {
    const message = `${cannotHost}: node "${cluster.name}" already does. Close that host, or use another name`;
    throw new InvalidArgumentError(message, { argument: "name" });
  }
  const serving = serve();
  let offer: Disposable;
  try {
    offer = cluster.offer(service);
  } catch (error) {
    void serving[Symbol.asyncDispose]();
    if (!isAetherError(error, "closed")) throw error;
    throw new ClosedError(`${cannotHost}: the cluster node "${cluster.name}" was closed. Join the cluster again`);
  }
  offeredServices.set(cluster, services.add(service));
  let ended: Promise<void> | undefined;
  const end = async () => {
    services.delete(service);
    offer[Symbol.dispose]();
    await serving[Symbol.asyncDispose]();
  };
  return { [Symbol.asyncDispose]: () => ended ??= end() };
}
