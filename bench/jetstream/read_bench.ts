/**
 * The 10 events of one of 16 actors are read among 100,000 events of others. Each event is one message. The references
 * request the same messages by the same batched direct get, and decode only the end marker. `getBatch` of nats.js makes
 * a new subscription for each call. A request by hand on an existing subscription is the minimum for a client.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { actorSubject, namesOf } from "../../adapters/jetstream/wire/names.ts";
import { PARTITIONS } from "../../src/values/partition.ts";
import { parseNamespace } from "../../mod.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { EVENTS_OF_READ_ACTOR, READ_ACTORS } from "./fill_log.ts";
import { microseconds } from "./microseconds.ts";
import type { Fixture } from "./fixture.ts";

/** See the top of this file. */
export async function* benchRead(
  { backend, connection }: Fixture,
  namespace: string,
  scale: Scale,
): AsyncGenerator<Row, void, void> {
  const names = namesOf("aether", parseNamespace(namespace));
  const subjects = READ_ACTORS.map((actor) => actorSubject(names, PARTITIONS, actor));
  const { direct } = await jetstreamManager(connection);
  const store = backend.store(namespace);
  const operations = scale.count(50);
  const common = { operations, prepare: () => undefined };

  const read: AsyncCandidate = {
    ...common,
    name: "read",
    async run() {
      let sum = 0;
      for (let i = 0; i < operations; i++) sum += (await store.read(READ_ACTORS[i & 15]!).toArray()).length;
      return sum;
    },
  };
  const readWithLimit: AsyncCandidate = {
    ...common,
    name: "read with limit",
    async run() {
      const limit = EVENTS_OF_READ_ACTOR;
      let sum = 0;
      for (let i = 0; i < operations; i++) sum += (await store.read(READ_ACTORS[i & 15]!, { limit }).toArray()).length;
      return sum;
    },
  };
  const getBatch: AsyncCandidate = {
    ...common,
    name: "getBatch of nats.js",
    async run() {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const done = Promise.withResolvers<void>();
        await direct.getBatch(names.log, {
          seq: 1,
          next_by_subj: subjects[i & 15]!,
          batch: EVENTS_OF_READ_ACTOR,
          callback: (end) => end === null ? sum++ : done.resolve(),
        });
        await done.promise;
      }
      return sum;
    },
  };

  let received = 0;
  let ended = () => {};
  const inbox = `_INBOX.bench.${crypto.randomUUID()}`;
  const subscription = connection.subscribe(inbox, {
    callback: (_, { data }) => void (data.length === 0 ? ended() : received++),
  });
  const requests = subjects.map((next_by_subj) =>
    new TextEncoder().encode(JSON.stringify({ seq: 1, next_by_subj, batch: EVENTS_OF_READ_ACTOR }))
  );
  const byHand: AsyncCandidate = {
    ...common,
    name: "by hand",
    async run() {
      received = 0;
      for (let i = 0; i < operations; i++) {
        const end = Promise.withResolvers<void>();
        ended = end.resolve;
        connection.publish(`$JS.API.DIRECT.GET.${names.log}`, requests[i & 15]!, { reply: inbox });
        await end.promise;
      }
      return received;
    },
  };
  const measured = await measureAsync(scale.rounds(11), [read, readWithLimit, getBatch, byHand]);
  subscription.unsubscribe();
  const row = (name: string, left: string, right: string, reach?: number): Row => ({
    group: "read 10 events of an actor among 100,000 others",
    name,
    measured: measured.timeRatio(left, right),
    unit: "of the time",
    reach,
    note: `${microseconds(measured, left)} / ${microseconds(measured, right)} µs`,
  });
  yield row("toArray() / a batched direct get by hand, not decoded", "read", "by hand", 1.2);
  yield row("toArray() / getBatch of nats.js, not decoded", "read", "getBatch of nats.js");
  yield row("toArray() with the limit of 10 / a batched direct get by hand", "read with limit", "by hand");
}
