/**
 * The parts of an append by one writer, and of an event of a replay. A bare socket shows the share of the server and
 * the wire. The same operation by nats.js, with prepared bytes and undecoded messages, shows the share of the client
 * library. The third row shows the share of the store. The notes contain the computing time of the server if the system
 * provides it.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { actorSubject, namesOf } from "../../adapters/jetstream/wire/names.ts";
import { PARTITIONS } from "../../src/values/partition.ts";
import { parseNamespace } from "../../mod.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { BareSocket } from "./bare_socket.ts";
import { eventBytes, makeEvent } from "./make_event.ts";
import type { Fixture } from "./fixture.ts";
import { ServerClock } from "./server_clock.ts";

const NAMESPACE = "share";
/** The subject at which the bare socket receives acknowledgements. */
const REPLY = "_INBOX.bare";

/** See the top of this file. */
export async function* benchShares(
  fixture: Fixture,
  replayed: string,
  commits: number,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  using bare = await BareSocket.connect(fixture.server.port, REPLY);
  yield* rows("one append, one writer", fixture, await appends(fixture, bare, scale), scale.rounds(11));
  yield* rows("one event of a replay", fixture, await replays(fixture, replayed, commits), scale.rounds(3));
}

/** Each candidate does the work of the one before it, and more. */
async function* rows(
  group: string,
  { server }: Fixture,
  candidates: readonly AsyncCandidate[],
  rounds: number,
): AsyncGenerator<Row, void, void> {
  const clocks = new Map(candidates.map(({ name }) => [name, new ServerClock(server.pid)]));
  const timed = candidates.map((candidate): AsyncCandidate => ({
    ...candidate,
    run: (input) => clocks.get(candidate.name)!.during(candidate.operations, () => candidate.run(input)),
  }));
  const measured = await measureAsync(rounds, timed);
  for (const [i, { name }] of candidates.entries()) {
    const before = candidates[i - 1]?.name;
    const computing = clocks.get(name)!.microseconds;
    yield {
      group,
      name,
      measured: (before === undefined ? measured.nanoseconds(name) : measured.difference(name, before)) / 1_000,
      unit: "µs",
      note: `${(measured.nanoseconds(name) / 1_000).toFixed(1)} µs up to here` +
        (computing === undefined ? "" : `, computing time of the server ${computing.toFixed(1)} µs`),
    };
  }
}

async function appends(
  { backend, connection }: Fixture,
  bare: BareSocket,
  scale: Scale,
): Promise<AsyncCandidate[]> {
  const names = namesOf("aether", parseNamespace(NAMESPACE));
  const store = backend.store(NAMESPACE);
  await store.append("first", [makeEvent(0)], { expectedVersion: 0 });
  const operations = scale.count(200);
  const body = eventBytes(0);
  /** The headers that an append sends too. */
  const headersOf = (last: number) =>
    [
      `Nats-Expected-Stream: ${names.log}`,
      `Nats-Expected-Last-Subject-Sequence: ${last}`,
      "Aether-Version: 1",
      "Aether-Count: 1",
      `Aether-Commit: ${crypto.randomUUID()}`,
      "Content-Type: application/json",
    ].join("\r\n");
  const common = { operations };
  return [
    {
      ...common,
      name: "the server, by a bare socket",
      prepare: (round) => actorSubject(names, PARTITIONS, `bare.${round}`),
      async run(subject) {
        let stored = 0;
        for (let i = 0, last = 0; i < operations; i++) {
          await bare.write(BareSocket.frame(subject as string, REPLY, headersOf(last), body));
          const { seq } = JSON.parse(new TextDecoder().decode(await bare.receive(1)));
          if (seq > last) stored++;
          last = seq;
        }
        if (stored === operations) return stored;
        throw new Error(`Cannot measure: the server stored ${stored} of ${operations} messages`);
      },
    },
    {
      ...common,
      name: "a request of nats.js",
      prepare: (round) => actorSubject(names, PARTITIONS, `request.${round}`),
      async run(subject) {
        let stored = 0;
        for (let i = 0, last = 0; i < operations; i++) {
          const block = new TextEncoder().encode(`NATS/1.0\r\n${headersOf(last)}\r\n\r\n`);
          const headers = { encode: () => block } as never;
          const answer = await connection.request(subject as string, body, { timeout: 5_000, headers });
          const { seq } = answer.json<{ seq: number }>();
          if (seq > last) stored++;
          last = seq;
        }
        return stored;
      },
    },
    {
      ...common,
      name: "the adapter and the core",
      prepare: (round) => `append.${round}`,
      async run(actor) {
        let version = 0;
        for (let i = 0; i < operations; i++) {
          version = (await store.append(actor as string, [makeEvent(i)], { expectedVersion: version })).version;
        }
        return version;
      },
    },
  ];
}

async function replays(
  { backend, connection, server }: Fixture,
  namespace: string,
  commits: number,
): Promise<AsyncCandidate[]> {
  const store = backend.store(namespace);
  const stream = `${namespace}_events`;
  const { consumers } = await jetstreamManager(connection);
  const deliverTo = async (deliver_subject: string): Promise<void> => {
    await consumers.add(stream, {
      name: `bench-${crypto.randomUUID()}`,
      deliver_subject,
      deliver_policy: "all",
      ack_policy: "none",
      flow_control: true,
      idle_heartbeat: 30_000_000_000,
      inactive_threshold: 1_000_000_000,
      mem_storage: true,
    });
  };
  const common = { operations: commits, prepare: (round: number) => `_INBOX.bench.${round}.${crypto.randomUUID()}` };
  return [
    {
      ...common,
      name: "the server, by a bare socket",
      async run(inbox) {
        using bare = await BareSocket.connect(server.port, inbox as string);
        await deliverTo(inbox as string);
        await bare.receive(commits);
        return commits;
      },
    },
    {
      ...common,
      name: "a subscription of nats.js",
      async run(inbox) {
        let received = 0;
        const all = Promise.withResolvers<void>();
        const subscription = connection.subscribe(inbox as string, {
          callback(_, message) {
            if (message.data.length > 0) {
              if (++received === commits) all.resolve();
            } else if (message.reply) {
              message.respond();
            }
          },
        });
        await deliverTo(inbox as string);
        await all.promise;
        subscription.unsubscribe();
        return received;
      },
    },
    {
      ...common,
      name: "the adapter and the core",
      async run() {
        let events = 0;
        for await (const { version } of store.readAll()) events += version > 0 ? 1 : 0;
        return events;
      },
    },
  ];
}
