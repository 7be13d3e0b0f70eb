import { isAetherError } from "@flowmade-one/aether";
import { type CommitCodec, type CommitJson, jetstream, type JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ask, storedMessage } from "../_support/ask_server.ts";
import { deflated } from "../_support/deflated.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

/** A codec that writes JSON, and decodes with a given function. */
function jsonCodecWith(decode: (commit: CommitJson) => unknown, contentType = "test/one"): CommitCodec {
  return {
    contentType,
    encode: (commit) => new TextEncoder().encode(JSON.stringify(commit)),
    decode: (bytes) => decode(JSON.parse(new TextDecoder().decode(bytes))),
  };
}

const jsonCodec = jsonCodecWith((commit) => commit);
const placed = [{ type: "Placed", data: { sku: "A" } }];

await testOnServer("Codecs reads each commit of a log by its content type", async ({ connect }) => {
  const connection = await connect();
  for (const [version, codec] of [[0, undefined], [1, deflated], [2, jsonCodec]] as const) {
    await using backend = await jetstream({ connection, codec });
    await backend.store("t").append("a", placed, { expectedVersion: version });
  }
  const types = [];
  for (const sequence of [1, 2, 3]) {
    const { headers } = await storedMessage(connection, "t_events", sequence);
    types.push(/Content-Type: (.*)\r/.exec(headers)?.[1]);
  }
  assertEquals(types, ["application/json", deflated.contentType, "test/one"]);

  await using backend = await jetstream({ connection, codec: jsonCodec, readCodecs: [deflated] });
  const store = backend.store("t");
  for (const events of [await store.read("a").toArray(), await store.readAll().toArray()]) {
    assertEquals(events.map(({ version, data }) => [version, data]), [1, 2, 3].map((n) => [n, { sku: "A" }]));
  }

  // A backend without the codec cannot read the events. It can append, since versions are in headers.
  await using plain = await jetstream({ connection, readCodecs: [jsonCodec] });
  const error = await failureOf(plain.store("t").read("a").toArray());
  assert(isAetherError(error, "corrupt-data"), String(error));
  for (const part of [deflated.contentType, "sequence 2", "t_events", "readCodecs"]) {
    assertStringIncludes(error.message, part);
  }
  assertEquals(await plain.store("t").latestVersion("a"), 3);
  assertEquals((await plain.store("t").append("a", placed, { expectedVersion: 3 })).version, 4);
});

await testOnServer(
  "BusCarrier delivers a republished commit to a backend that has its codec, and reports an error to others",
  async ({ connect }) => {
    await using writer = await jetstream({ connection: await connect(), codec: deflated });
    const errors: unknown[] = [];
    const listen = async (options: Partial<JetStreamOptions>) => {
      const connection = await connect();
      const backend = await jetstream({ connection, onError: (error) => void errors.push(error), ...options });
      const received: unknown[] = [];
      backend.bus.within("t").subscribe(({ data }) => void received.push(data));
      await connection.flush();
      return { backend, connection, received };
    };
    const [able, unable] = [await listen({ readCodecs: [deflated] }), await listen({})];
    await writer.store("t").append("a", placed, { expectedVersion: 0 });
    for (const { connection } of [able, unable]) await connection.flush();
    assertEquals([able.received, unable.received], [[{ sku: "A" }], []]);
    assertEquals(errors.map((error) => isAetherError(error, "corrupt-data")), [true]);
    for (const { backend } of [able, unable]) await backend.close();
  },
);

const wrongResults: [title: string, decode: (commit: CommitJson) => unknown, message: string][] = [
  ["nothing", () => undefined, "not an object"],
  ["a commit without events", () => ({ time: 1, events: [] }), "no events"],
  [
    "more events than the headers name",
    ({ time, events: [e] }) => ({ time, events: [e, e] }),
    "the number of its events differs",
  ],
  ["a time that is no number", ({ events }) => ({ time: "now", events }), "time"],
  ["an event without an id", ({ time }) => ({ time, events: [{ type: "T", data: 1 }] }), "no id"],
  ["an event that is no object", ({ time }) => ({ time, events: [7] }), "events[0]"],
  ["a date", ({ time, events: [e] }) => ({ time, events: [{ ...e, data: { at: new Date(0) } }] }), "events[0].data.at"],
  ["a map", ({ time, events: [e] }) => ({ time, events: [{ ...e, data: new Map() }] }), "events[0].data"],
  [
    "a metadata value that is no string",
    ({ time, events: [e] }) => ({ time, events: [{ ...e, metadata: { n: 1 } }] }),
    "metadata",
  ],
  ["an error", () => {
    throw new RangeError("cannot be read");
  }, "cannot be read"],
];

await testOnServer("Codecs.decode() checks the result of a codec", async ({ connect }, t) => {
  const connection = await connect();
  await using writer = await jetstream({ connection, codec: jsonCodec });
  await writer.store("t").append("a", placed, { expectedVersion: 0 });
  for (const [title, decode, message] of wrongResults) {
    await t.step(title, async () => {
      await using backend = await jetstream({ connection, codec: jsonCodecWith(decode) });
      const error = await failureOf(backend.store("t").read("a").toArray());
      assert(isAetherError(error, "corrupt-data"), String(error));
      assertStringIncludes(error.message, message);
    });
  }
  await t.step("data that is changed later", async () => {
    const data: Record<string, unknown> = { sku: "A", of: { n: 1 } };
    const codec = jsonCodecWith(({ time, events: [event] }) => ({
      time,
      events: [{ ...event, data, _more: "is ignored" }],
    }));
    await using backend = await jetstream({ connection, codec });
    const [event] = await backend.store("t").read("a").toArray();
    data["sku"] = "B";
    assertEquals(event?.data, { sku: "A", of: { n: 1 } });
    for (const value of [event, event?.data, (event?.data as typeof data)["of"]]) assert(Object.isFrozen(value));
  });
});

await testOnServer(
  "append() stores no commit that its codec fails to encode, or encodes to too many bytes",
  async ({ connect }) => {
    const connection = await connect();
    const { max_payload } = connection.info!;
    let encode: (commit: CommitJson) => unknown = () => {
      throw new RangeError("no room");
    };
    const codec = { ...jsonCodec, encode: (commit: CommitJson) => encode(commit) as Uint8Array };
    await using backend = await jetstream({ connection, codec });
    const store = backend.store("t");
    const append = () => store.append("a", placed, { expectedVersion: 0 });
    const refused = await failureOf(append());
    assert(isAetherError(refused, "invalid-argument") && refused.argument === "codec", String(refused));
    assertStringIncludes(refused.message, "no room");
    encode = () => "text";
    assertEquals(await codeOf(append()), "invalid-argument");

    encode = () => new Uint8Array(max_payload);
    const tooLarge = await failureOf(append());
    assert(isAetherError(tooLarge, "too-large"), String(tooLarge));
    const { bytes, maxBytes } = tooLarge;
    assertEquals([bytes, maxBytes < max_payload, maxBytes > max_payload - 1_000], [max_payload, true, true]);
    assertEquals(await store.latestVersion("a"), 0);
    // At the limit it is stored.
    encode = () => new Uint8Array(maxBytes);
    assertEquals((await append()).version, 1);
    const { state } = await ask<{ state: { messages: number } }>(connection, "STREAM.INFO.t_events");
    assertEquals(state.messages, 1);
  },
);

await testOnServer("Codecs.encode() copies the bytes of a codec", async ({ connect }) => {
  const buffer = new Uint8Array(1_000);
  const codec = {
    ...jsonCodec,
    encode: (commit: CommitJson) =>
      buffer.subarray(0, buffer.set(jsonCodec.encode(commit)) ?? jsonCodec.encode(commit).length),
  };
  await using backend = await jetstream({ connection: await connect(), codec });
  const store = backend.store("t");
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  await Promise.all(numbers.map((n) => store.append(`a.${n}`, [{ type: "T", data: n }], { expectedVersion: 0 })));
  const events = await store.readAll().toArray();
  assertEquals(
    events.map(({ actorId, data }) => `${actorId}:${data}`).sort(),
    numbers.map((n) => `a.${n}:${n}`).sort(),
  );
});

await testOnServer("jetstream() refuses options that are not codecs, and names the argument", async ({ connect }) => {
  const connection = await connect();
  const refused: [options: unknown, argument: string, reason: string][] = [
    [{ codec: 7 }, "codec", "it is a number"],
    [{ codec: { contentType: "a/b" } }, "codec", "it has no functions"],
    [{ codec: { ...jsonCodec, contentType: "" } }, "codec.contentType", "the content type is empty"],
    [{ codec: { ...jsonCodec, contentType: "a b" } }, "codec.contentType", "the content type has a space"],
    [{ codec: { ...jsonCodec, contentType: "a\r\nb: c" } }, "codec.contentType", "the content type has two lines"],
    [{ codec: { ...jsonCodec, contentType: "x".repeat(129) } }, "codec.contentType", "the content type is too long"],
    [
      { codec: { ...jsonCodec, contentType: "application/json" } },
      "codec.contentType",
      "the adapter uses that content type",
    ],
    [{ codec: jsonCodec, readCodecs: [jsonCodec] }, "readCodecs[0].contentType", "the content type is there twice"],
    [{ readCodecs: [jsonCodec, deflated, null] }, "readCodecs[2]", "one is null"],
    [{ readCodecs: jsonCodec }, "readCodecs", "it is not an array"],
  ];
  for (const [options, argument, reason] of refused) {
    const error = await failureOf(jetstream({ connection, ...options as object }));
    assert(isAetherError(error, "invalid-argument"), `${reason}: ${error}`);
    assertEquals(error.argument, argument, reason);
  }
  await (await jetstream({ connection, codec: { ...jsonCodec, contentType: "x".repeat(128) }, readCodecs: [] }))
    .close();
});
