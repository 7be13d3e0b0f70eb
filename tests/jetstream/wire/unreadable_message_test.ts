import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

type Headers = readonly (readonly [name: string, value: string | number])[];

const valid: Headers = [
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
  return valid.filter(([each]) => each !== name);
}

function withValue(name: string, value: string): Headers {
  return [...without(name), [name, value]];
}

const damages: [title: string, subject: string, headers: Headers, body: string, message: string][] = [
  ["a subject that belongs to no actor", "aether.log.t.a", valid, body, `"aether.log.t.a"`],
  ["the partition of another actor", "aether.log.t.3.a", valid, body, `"aether.log.t.3.a"`],
  ["no headers", subject, [], body, "headers"],
  ["no version", subject, without("Aether-Version"), body, "headers"],
  ["version 0", subject, withValue("Aether-Version", "0"), body, "headers"],
  ["a version that is no number", subject, withValue("Aether-Version", "2.5"), body, "headers"],
  ["no count", subject, without("Aether-Count"), body, "headers"],
  ["a count that differs from the number of events", subject, withValue("Aether-Count", "2"), body, "Aether-Count"],
  ["no commit id", subject, without("Aether-Commit"), body, "headers"],
  ["no content type", subject, without("Content-Type"), body, "content type"],
  ["an unknown content type", subject, withValue("Content-Type", "application/cbor"), body, `"application/cbor"`],
  ["a content encoding", subject, withValue("Content-Encoding", "zstd"), body, `"zstd"`],
  ["a body that is not JSON", subject, valid, "{", "body"],
  ["a body without events", subject, valid, `{"time":1,"events":[]}`, "body"],
  ["an empty body", subject, valid, "", "body"],
  ["a count of 1,001", subject, withValue("Aether-Count", "1001"), bodyOf(1_001), "Aether-Count"],
  ["more events than a commit may have", subject, valid, bodyOf(1_001), "1001 events"],
  ["a commit id with a space", subject, withValue("Aether-Commit", "c 2"), body, "headers"],
  ["a commit id of 129 characters", subject, withValue("Aether-Commit", "c".repeat(129)), body, "headers"],
  ["a time that is no whole number", subject, valid, body.replace(`"time":1`, `"time":1.5`), "time"],
  ["a time that is too large for a number", subject, valid, body.replace(`"time":1`, `"time":1e400`), "time"],
  ["an event with an empty id", subject, valid, body.replace(`"e"`, `""`), "events[0].id"],
  ["an event with an id with a space", subject, valid, body.replace(`"e"`, `"e e"`), "events[0].id"],
  ["an event with an empty type", subject, valid, body.replace(`"T"`, `""`), "events[0].type"],
  [
    "a number in the data that is too large",
    subject,
    valid,
    body.replace(`"data":1`, `"data":1e400`),
    "events[0].data",
  ],
  [
    "a metadata value that is no string",
    subject,
    valid,
    body.replace(`"data":1`, `"data":1,"metadata":{"n":1}`),
    "events[0].metadata",
  ],
];

await testOnServer(
  "reads of a message that is not a commit fail, and name stream and sequence",
  async ({ connect }, t) => {
    for (const [i, [title, subject, headers, body, message]] of damages.entries()) {
      await t.step(title, async () => {
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
          // A message at another subject does not damage the history of the actor.
          ...(at.endsWith(".12.a")
            ? [["read", () => store.read("a").toArray()] as [string, () => Promise<unknown>]]
            : []),
        ];
        for (const [use, run] of uses) {
          const error = await failureOf(run());
          assert(isAetherError(error, "corrupt-data"), `${use}: ${error}`);
          assertEquals(error.namespace as string, `t${i}`);
          assertStringIncludes(error.message, `sequence 2 of stream "t${i}_events"`);
          assertStringIncludes(error.message, message.replace("aether.log.t.", `p${i}.log.t${i}.`));
        }
        assertEquals(seen, ["a", "a"], "events before the message are returned");
        assertEquals((await store.read("b").toArray()).length, 1, "other actors can be read");
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

/** Headers that only a server writes, forged by a publisher. */
const forged: Headers = [
  ["Nats-Sequence", 99],
  ["Nats-Subject", "aether.log.t.0.x"],
  ["Nats-Stream", "x_events"],
  ["Nats-Time-Stamp", "2000-01-01T00:00:00Z"],
  ["Nats-Last-Sequence", 77],
  ["Nats-Num-Pending", 0],
];

/** A header block with a status. */
function headerBlock(status: string, headers: Headers): { encode(): Uint8Array } {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return { encode: () => new TextEncoder().encode(`NATS/1.0${status}\r\n${lines}\r\n`) };
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("a commit with forged headers of the server is read at its real sequence", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, onError: () => {} });
    const store = backend.store("t");
    await using queue = backend.bus.within("t").queue({ capacity: 10, overflow: "fail" });
    const received = queue[Symbol.asyncIterator]();
    await store.append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 });
    assertEquals((await received.next()).value?.data, 1);
    // Another program stores valid commits with the forged headers, between two commits of Aether.
    for (const [i, status] of ["", " 404 Not Found", " 503"].entries()) {
      const commit: Headers = [["Aether-Version", i + 2], ["Aether-Count", 1], ["Aether-Commit", `f-${i}`], valid[3]!];
      const options: object = { timeout: 60_000, headers: headerBlock(status, [...forged, ...commit]) };
      await connection.request(
        subject,
        `{"time":1,"events":[{"id":"e","type":"T","data":${i + 2}}]}`,
        options as never,
      );
      assertEquals((await received.next()).value?.data, i + 2);
    }
    assertEquals(await store.latestVersion("a"), 4);
    await store.append("a", [{ type: "T", data: 5 }], { expectedVersion: 4 });
    await using other = await jetstream({ connection });
    for (const { read, readAll, subscribe } of [store, other.store("t")].map(readersOf)) {
      assertEquals(await read({}), [1, 2, 3, 4, 5]);
      assertEquals(await read({ from: 3 }), [3, 4, 5]);
      assertEquals(await read({ direction: "backwards" }), [5, 4, 3, 2, 1]);
      assertEquals(await readAll(), [1, 2, 3, 4, 5]);
      assertEquals(await subscribe(5), [1, 2, 3, 4, 5]);
    }
    // The forged headers alone, without a body, are not a commit.
    for (const status of ["", " 404 Not Found", " 503"]) {
      await connection.request(subject, "", { timeout: 60_000, headers: headerBlock(status, forged) } as never);
      assertEquals(await codeOf(other.store("t").latestVersion("a")), "corrupt-data");
      assertEquals(await codeOf(other.store("t").readAll().toArray()), "corrupt-data");
      assertEquals(await codeOf(other.store("t").read("a").toArray()), "corrupt-data");
    }
  }, { version });
}

function readersOf(store: EventStore) {
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
