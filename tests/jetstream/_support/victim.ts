/** The user `b`, whose two nodes host the actors of `prod.b`. Tests send requests of hostile users for its data. */
import type { Namespace } from "@flowmade-one/aether";
import type { Records } from "@flowmade-one/aether/adapter";
import { jetstream } from "@flowmade-one/aether/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { aborted } from "../../_support/until.ts";
import { ask } from "./ask_server.ts";
import { executeOnOther, type HostingNode, openNode, untilAllHost } from "./open_hosting_node.ts";
import { encode, openRecords } from "./open_records.ts";

/** The namespace of the victim. */
export const B = "prod.b" as Namespace;
/** The streams of the victim. */
export const RECORDS = "prod=2Eb_records";
export const CLUSTER = "aether_cluster";
/** The key and the value of a record of the victim. */
export const KEY = "consumers.mailer.lanes.0";
export const SECRET = "secret-of-b";

/** Settings with which the first claim of a new stream waits for less than a second. */
const SHORT_SESSION = { heartbeat: 50, ttl: 1_000 } as const;

/** Waits until claims can be acquired. */
async function openClaims(connection: NatsConnection): Promise<void> {
  await using backend = await jetstream({ connection });
  await using cluster = await backend.join({ name: "deployment", ...SHORT_SESSION });
  await cluster.lead("opened", () => {});
}

/** The two nodes of b, of which one is a leader, and a record of b. */
export class Victim implements AsyncDisposable {
  readonly nodes: readonly HostingNode[];
  readonly records: Records;
  readonly #owner: NatsConnection;
  /** The terms in which a node of b is or was the leader. */
  readonly #terms: number[] = [];
  #isLeading = false;

  private constructor(nodes: readonly HostingNode[], records: Records, owner: NatsConnection) {
    this.nodes = nodes;
    this.records = records;
    this.#owner = owner;
  }

  /** @param owner May send all requests in the account of b. */
  static async open(connections: readonly NatsConnection[], owner: NatsConnection): Promise<Victim> {
    await openClaims(owner);
    const nodes = await Promise.all(connections.map((connection, i) => openNode(connection, B, `n${i + 1}`)));
    const victim = new Victim(nodes, openRecords(connections[0]!, B), owner);
    await victim.records.put(KEY, encode(SECRET), 0);
    await untilAllHost(nodes);
    await victim.#lead();
    await victim.use();
    return victim;
  }

  /** Executes commands of each node on the other node. */
  async use(): Promise<void> {
    for (const node of this.nodes) await executeOnOther(node);
  }

  /** The state that no hostile request may change. */
  async state(): Promise<unknown> {
    const stream = await ask<{ config: object; state: object }>(this.#owner, `STREAM.INFO.${RECORDS}`);
    const cluster = await ask<{ config: object; state: { subjects: object } }>(this.#owner, `STREAM.INFO.${CLUSTER}`, {
      subjects_filter: ">",
    });
    const commands = await this.nodes[0]!.store.readAll().toArray();
    return {
      records: [stream.config, stream.state, await this.records.scan("", 0)],
      // Heartbeats change the rest of the state.
      cluster: [cluster.config, Object.keys(cluster.state.subjects).filter((key) => !key.includes("deployment"))],
      sessions: this.sessions,
      members: this.nodes.map(({ cluster }) => cluster.members),
      leader: [this.#terms, this.#isLeading],
      commands: commands.map(({ actorId, data }) => [actorId, data]),
    };
  }

  get sessions(): readonly string[] {
    return this.nodes.map(({ cluster }) => cluster.session!);
  }

  async #lead(): Promise<void> {
    const started = Promise.withResolvers<void>();
    const leading = this.nodes[0]!.cluster.lead("boss", async ({ term, signal }) => {
      this.#terms.push(term);
      this.#isLeading = true;
      started.resolve();
      await aborted(signal);
      this.#isLeading = false;
    });
    leading.catch(() => {}); // Closing the cluster ends the call with an error.
    await started.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) await node[Symbol.asyncDispose]();
  }
}
