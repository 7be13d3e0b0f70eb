import { isAetherError, parseNamespace, type PublishedEvent } from "@flowmade-one/aether";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { messageOfRepublished, sourceOfRepublished } from "../../../adapters/jetstream/wire/republished_commit.ts";
import { Codecs } from "../../../adapters/jetstream/wire/codecs.ts";
import type { JetStreamMessage } from "../../../adapters/jetstream/nats/connection.ts";
import { decodeEvent, encodeEvent, originOf } from "../../../adapters/jetstream/wire/event_message.ts";
import { HeaderBlock } from "../../../adapters/jetstream/nats/message_headers.ts";

const namespace = parseNamespace("prod.orders");
const codecs = new Codecs(undefined, []);

const event: PublishedEvent = {
  id: "e-1",
  type: "Viewed",
  schemaVersion: 1,
  namespace,
  actorId: "user/7.é",
  timestamp: 1_767_225_600_000,
  data: { text: "é😀" },
  metadata: { correlationId: "r-1", traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
};

interface Parts {
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

const valid: Parts = {
  headers: { "Aether-Actor": "order.42", "Aether-Origin": "o", "Content-Type": "application/json" },
  body: { time: 1, events: [{ id: "e-1", type: "Viewed", data: 1, metadata: { correlationId: "r-1" } }] },
};

function messageOf(subject: string, { headers, body }: Parts): JetStreamMessage {
  const block = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const data = typeof body === "string" ? body : JSON.stringify(body);
  const encoder = new TextEncoder();
  const bytes = encoder.encode(`NATS/1.0\r\n${block}\r\n`);
  return { subject, headers: new HeaderBlock(bytes), data: encoder.encode(data) };
}

Deno.test("decodeEvent() returns the encoded event as a frozen copy, without the origin of the message", () => {
  const { headers, body } = encodeEvent(event, "origin-1", codecs);
  const message = { subject: "s", headers: new HeaderBlock(headers.encode()), data: body };
  const read = decodeEvent(namespace, message, codecs);
  assertEquals(read, event);
  assert([read, read.data, read.metadata].every((part) => Object.isFrozen(part)));
  assertEquals(originOf(message), "origin-1");
  assertEquals(message.headers.get("traceparent"), event.metadata.traceparent);
});

Deno.test("decodeEvent() reads an event without an origin and with unknown headers", () => {
  const { "Aether-Origin": _, ...headers } = valid.headers;
  const message = messageOf("s", { ...valid, headers: { ...headers, "Aether-New": "1" } });
  assertEquals([originOf(message), decodeEvent(namespace, message, codecs).id], ["", "e-1"]);
});

const bodyWith = (more: object) => ({ time: 1, events: [{ id: "e", type: "T", data: 1, ...more }] });

const refusals: [title: string, parts: { headers?: object; body?: unknown }, errorMessage: string][] = [
  ["without an actor", { headers: { "Aether-Actor": undefined } }, "Aether-Actor"],
  ["with an actor that is not the encoding of any id", { headers: { "Aether-Actor": "a=2eb" } }, "Aether-Actor"],
  ["with an actor that has a wildcard", { headers: { "Aether-Actor": "a.*" } }, "Aether-Actor"],
  ["of another content type", { headers: { "Content-Type": "text/plain" } }, `"text/plain"`],
  ["of no content type", { headers: { "Content-Type": undefined } }, "content type"],
  ["with an unknown content encoding", { headers: { "Content-Encoding": "br" } }, `"br"`],
  ["whose body is not JSON", { body: "{" }, "not JSON"],
  ["whose body is not an object", { body: [] }, "not an object"],
  ["without a time", { body: { events: [] } }, "time"],
  ["without events", { body: { time: 1, events: [] } }, "no events"],
  ["of two events", { body: { time: 1, events: [bodyWith({}).events[0], bodyWith({}).events[0]] } }, "2 events"],
  ["with an id that is no string", { body: bodyWith({ id: 7 }) }, "events[0].id"],
  ["with an empty id", { body: bodyWith({ id: "" }) }, "events[0].id"],
  ["with an id that is too long", { body: bodyWith({ id: "x".repeat(129) }) }, "129 characters"],
  ["with an empty type", { body: bodyWith({ type: "" }) }, "events[0].type"],
  ["without data", { body: bodyWith({ data: undefined }) }, "events[0].data"],
  ["nested too deep", { body: bodyWith({ data: JSON.parse("[".repeat(101) + "]".repeat(101)) }) }, "deep"],
  ["with a metadata value that is no string", { body: bodyWith({ metadata: { a: 1 } }) }, "events[0].metadata"],
];

for (const [title, { headers, body = valid.body }, errorMessage] of refusals) {
  Deno.test(`decodeEvent() refuses a message ${title}, and names its subject`, () => {
    const all = Object.entries({ ...valid.headers, ...headers }).filter(([, value]) => value !== undefined);
    const message = messageOf("aether.events.prod.orders", { headers: Object.fromEntries(all), body });
    const error = assertThrows(() => decodeEvent(namespace, message, codecs));
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertEquals(error.namespace, namespace);
    assertStringIncludes(error.message, errorMessage);
    assertStringIncludes(error.message, `"aether.events.prod.orders"`);
  });
}

/** Subjects, and the namespace, the actor id and the log subject of their commits. */
const sources: [subject: string, source: string | undefined, reason: string][] = [
  [
    "aether.commits.2.prod.orders.13.order.42",
    "prod.orders order.42 aether.log.prod=2Eorders.13.order.42",
    "it is the subject of an actor in a namespace of two tokens",
  ],
  ["aether.commits.1.prod.0.orders", "prod orders aether.log.prod.0.orders", "the depth says where the actor begins"],
  ["aether.commits.1.prod.9999.user=2F7", "prod user/7 aether.log.prod.9999.user=2F7", "actors are decoded"],
  ["aether.commits.2.prod.orders.x.a", undefined, "x is no partition"],
  ["aether.commits.2.prod.orders.01.a", undefined, "01 is no partition"],
  ["aether.commits.2.prod.orders.10000.a", undefined, "a partition has at most four digits"],
  ["aether.commits.2.prod.orders.1", undefined, "there is no actor"],
  ["aether.commits.2.prod", undefined, "there are fewer tokens than the depth says"],
  ["aether.commits.02.prod.orders.1.a", undefined, "02 is no depth"],
  ["aether.commits.0.1.a", undefined, "a namespace has at least one token"],
  ["aether.commits.-1.prod.1.a", undefined, "-1 is no depth"],
  ["aether.commits.1.5.prod.1.a", undefined, "prod is no partition"],
  ["aether.commits.1.pr=6Fd.1.a", undefined, "a namespace has no equals sign"],
  ["aether.commits.1.prod.1.=41", undefined, "A is not encoded as =41"],
  ["other.commits.1.prod.1.a", undefined, "the prefix is another one"],
];

for (const [subject, source, reason] of sources) {
  Deno.test(`sourceOfRepublished() of ${subject} is ${source}: ${reason}`, () => {
    const found = sourceOfRepublished("aether", subject);
    assertEquals(found && `${found.names.namespace} ${found.actorId} ${found.logSubject}`, source);
  });
}

/** The headers of the server in a republished commit. */
const serverHeaders = {
  "Nats-Stream": "prod=2Eorders_events",
  "Nats-Subject": "aether.log.prod=2Eorders.13.order.42",
  "Nats-Sequence": "7",
};

const changes: [change: Record<string, string>, isAccepted: boolean, reason: string][] = [
  [{}, true, "they name the commit"],
  [{ "Nats-Stream": "prod_events" }, false, "they name another stream"],
  [{ "Nats-Stream": "" }, false, "they name no stream"],
  [{ "Nats-Subject": "aether.log.prod=2Eorders.13.order.43" }, false, "they name another actor"],
  [{ "Nats-Sequence": "0" }, false, "there is no sequence 0"],
  [{ "Nats-Sequence": "x" }, false, "x is no sequence"],
];

for (const [change, isAccepted, reason] of changes) {
  Deno.test(`messageOfRepublished() ${isAccepted ? "accepts" : "refuses"} the server's headers, changed by ${JSON.stringify(change)}: ${reason}`, () => {
    const subject = "aether.commits.2.prod.orders.13.order.42";
    const decode = () =>
      messageOfRepublished(
        sourceOfRepublished("aether", subject)!,
        messageOf(subject, { headers: { ...serverHeaders, ...change }, body: "" }),
      );
    if (isAccepted) return assertEquals(decode().sequence, 7);
    const error = assertThrows(decode);
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertStringIncludes(error.message, "Give clients that are not trusted their own account");
  });
}
