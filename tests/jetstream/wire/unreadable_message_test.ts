import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

type Headers = readonly (readonly [name: string, value: string | number])[];

const good: Headers = [
  ["Aether-Version", 2],
  ["Aether-Count", 1],
  ["Aether-Commit", "c-2"],
  ["Content-Type", "application/json"],
];
const body = `{"time":1,"events":[{"id":"e","type":"T","data":1}]}`;
/** The partition of the actor "a" is 12. */
const subject = "aether.log.t.12.a";

/** The body of a commit with this number of events. */
function bodyOf(count: number): string {
  return `{"time":1,"events":[${Array(count).fill(`{"id":"e","type":"T","data":1}`).join(",")}]}`;
}

function without(name: string): Headers {
  return good.filter(([each]) => each !== name);
}

function withValue(name: string, value: string): Headers {
  return [...without(name), [name, value]];
}

const damages: [what: string, subject: string, headers: Headers, body: string, says: string][] = [
  ["a subject that is no actor's", "aether.log.t.a", good, body, `"aether.log.t.a"`],
  ["the partition of another actor", "aether.log.t.3.a", good, body, `"aether.log.t.3.a"`],
  ["no headers", subject, [], body, "headers"],
  ["no version", subject, without("Aether-Version"), body, "headers"],
  ["version 0", subject, withValue("Aether-Version", "0"), body, "headers"],
  ["a version that is no number", subject, withValue("Aether-Version", "2.5"), body, "headers"],
  ["no count", subject, without("Aether-Count"), body, "headers"],
  ["another count", subject, withValue("Aether-Count", "2"), body, "Aether-Count"],
  ["no commit id", subject, without("Aether-Commit"), body, "headers"],
  ["no content type", subject, without("Content-Type"), body, "content type"],
  ["an unknown content type", subject, withValue("Content-Type", "application/cbor"), body, `"application/cbor"`],
  ["a content encoding", subject, withValue("Content-Encoding", "zstd"), body, `"zstd"`],
  ["a body that is not JSON", subject, good, "{", "body"],
  ["a body without events", subject, good, `{"time":1,"events":[]}`, "body"],
  ["an empty body", subject, good, "", "body"],
  ["a count of 1,001", subject, withValue("Aether-Count", "1001"), bodyOf(1_001), "Aether-Count"],
  ["more events than there may be", subject, good, bodyOf(1_001), "1001 events"],
  ["a commit id with a space", subject, withValue("Aether-Commit", "c 2"), body, "headers"],
  ["a commit id of 129 characters", subject, withValue("Aether-Commit", "c".repeat(129)), body, "headers"],
  ["a time that is no whole number", subject, good, body.replace(`"time":1`, `"time":1.5`), "time"],
  ["a time beyond all numbers", subject, good, body.replace(`"time":1`, `"time":1e400`), "time"],
  ["an event with an empty id", subject, good, body.replace(`"e"`, `""`), "events[0].id"],
  ["an event with an id with a space", subject, good, body.replace(`"e"`, `"e e"`), "events[0].id"],
  ["an event with an empty type", subject, good, body.replace(`"T"`, `""`), "events[0].type"],
  ["data beyond all numbers", subject, good, body.replace(`"data":1`, `"data":1e400`), "events[0].data"],
  [
    "metadata that is no string",
    subject,
    good,
    body.replace(`"data":1`, `"data":1,"metadata":{"n":1}`),
    "events[0].metadata",
  ],
];

await testOnServer(
  "reads of a message that is not a commit fail, and name stream and sequence",
  async ({ connect }, t) => {
    for (const [i, [what, subject, headers, body, says]] of damages.entries()) {
      await t.step(what, async () => {
        const connection = await connect();
        await using backend = await jetstream({ connection, prefix: `p${i}` });
        const store = backend.store(`t${i}`);
        const at = subject.replace("aether.log.t.", `p${i}.log.t${i}.`);
        await store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
        const options: object = { timeout: 60_000, ...(headers.length > 0 && { headers: encodeHeaders(headers) }) };
        await connection.request(at, body, options as { timeout: number });
        await store.append("b", [{ type: "T", data: 1 }], { expectedVersion: 0 });

        const seen: string[] = [];
        const uses: [string, () => Promise<unknown>][] = [
          ["readAll", () => Array.fromAsync(store.readAll(), ({ actorId }) => void seen.push(actorId))],
          ["subscribe", () => Array.fromAsync(store.subscribe(), ({ actorId }) => void seen.push(actorId))],
          // The actor's own history is damaged only by what is in it.
          ...(at.endsWith(".12.a")
            ? [["read", () => store.read("a").toArray()] as [string, () => Promise<unknown>]]
            : []),
        ];
        for (const [use, run] of uses) {
          const error = await failureOf(run());
          assert(isAetherError(error, "corrupt-data"), `${use}: ${error}`);
          assertEquals(error.namespace as string, `t${i}`);
          assertStringIncludes(error.message, `sequence 2 of stream "t${i}_events"`);
          assertStringIncludes(error.message, says.replace("aether.log.t.", `p${i}.log.t${i}.`));
        }
        assertEquals(seen, ["a", "a"], "what comes before it is given");
        assertEquals((await store.read("b").toArray()).length, 1, "other actors are read");
      });
    }
  },
);

await testOnServer("latestVersion() fails if the last message has no headers of a commit", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await store.append("b", [{ type: "T", data: 1 }], { expectedVersion: 0 });
  await connection.request(subject, body, { timeout: 60_000 });
  assertEquals(await codeOf(store.latestVersion("a")), "corrupt-data");
  assertEquals(await codeOf(store.append("a", [{ type: "T", data: 1 }], { expectedVersion: "any" })), "corrupt-data");
  assertEquals(await codeOf(store.read("a", { direction: "backwards" }).toArray()), "corrupt-data");
});

/** Headers of a server, written by a publisher. */
const forged: Headers = [
  ["Nats-Sequence", 99],
  ["Nats-Subject", "aether.log.t.0.x"],
  ["Nats-Stream", "x_events"],
  ["Nats-Time-Stamp", "2000-01-01T00:00:00Z"],
  ["Nats-Last-Sequence", 77],
  ["Nats-Num-Pending", 0],
];

/** A message with these headers, and a status. */
function block(status: string, headers: Headers): { encode(): Uint8Array } {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return { encode: () => new TextEncoder().encode(`NATS/1.0${status}\r\n${lines}\r\n`) };
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("a message with headers of a server is read at its real sequence", async ({ connect }) => {
    const connection = await connect();
    const told: unknown[] = [];
    await using backend = await jetstream({ connection, onError: (error) => told.push(error) });
    const store = backend.store("t");
    await using queue = backend.bus.within("t").queue({ capacity: 10, overflow: "fail" });
    const heard = queue[Symbol.asyncIterator]();
    await store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
    assertEquals((await heard.next()).value?.data, 1);
    // By another program, as of any other commit, and between two others.
    for (const [i, status] of ["", " 404 Not Found", " 503"].entries()) {
      const commit: Headers = [["Aether-Version", i + 2], ["Aether-Count", 1], ["Aether-Commit", `f-${i}`], good[3]!];
      const options: object = { timeout: 60_000, headers: block(status, [...forged, ...commit]) };
      await connection.request(
        subject,
        `{"time":1,"events":[{"id":"e","type":"T","data":${i + 2}}]}`,
        options as never,
      );
      assertEquals((await heard.next()).value?.data, i + 2);
    }
    assertEquals(await store.latestVersion("a"), 4);
    await store.append("a", [{ type: "T", data: 5 }], { expectedVersion: 4 });
    await using other = await jetstream({ connection });
    for (const { read, readAll, subscribe } of [store, other.store("t")].map(readings)) {
      assertEquals(await read({}), [1, 2, 3, 4, 5]);
      assertEquals(await read({ from: 3 }), [3, 4, 5]);
      assertEquals(await read({ direction: "backwards" }), [5, 4, 3, 2, 1]);
      assertEquals(await readAll(), [1, 2, 3, 4, 5]);
      assertEquals(await subscribe(5), [1, 2, 3, 4, 5]);
    }
    // A status without a body, and no commit.
    for (const status of ["", " 404 Not Found", " 503"]) {
      await connection.request(subject, "", { timeout: 60_000, headers: block(status, forged) } as never);
      assertEquals(await codeOf(other.store("t").latestVersion("a")), "corrupt-data");
      assertEquals(await codeOf(other.store("t").readAll().toArray()), "corrupt-data");
      assertEquals(await codeOf(other.store("t").read("a").toArray()), "corrupt-data");
    }
  }, { version });
}

function readings(store: EventStore) {
  return {
    read: (range: object) => store.read("a", range).toArray().then((events) => events.map(({ data }) => data)),
    readAll: () => store.readAll().toArray().then((events) => events.map(({ data }) => data)),
    subscribe: async (count: number) => {
      const seen: unknown[] = [];
      for await (const { data } of store.subscribe()) if (seen.push(data) === count) break;
      return seen;
    },
  };
}
