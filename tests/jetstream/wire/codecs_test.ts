import { isAetherError } from "@flowmade-one/aether";
import { type CommitCodec, type CommitJson, jetstream, type JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ask, storedMessage } from "../_support/ask_server.ts";
import { deflated } from "../_support/deflated.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

/** A codec that writes JSON, and decodes with a given function. */
function reading(decode: (commit: CommitJson) => unknown, contentType = "test/one"): CommitCodec {
  return {
    contentType,
    encode: (commit) => new TextEncoder().encode(JSON.stringify(commit)),
    decode: (bytes) => decode(JSON.parse(new TextDecoder().decode(bytes))),
  };
}

const same = reading((commit) => commit);
const placed = [{ type: "Placed", data: { sku: "A" } }];

await testOnServer("Codecs reads each commit of a log by its content type", async ({ connect }) => {
  const connection = await connect();
  for (const [version, codec] of [[0, undefined], [1, deflated], [2, same]] as const) {
    await using backend = await jetstream({ connection, codec });
    await backend.store("t").append("a", placed, { expectedVersion: version });
  }
  const types = [];
  for (const sequence of [1, 2, 3]) {
    const { headers } = await storedMessage(connection, "t_events", sequence);
    types.push(/Content-Type: (.*)\r/.exec(headers)?.[1]);
  }
  assertEquals(types, ["application/json", deflated.contentType, "test/one"]);

  await using backend = await jetstream({ connection, codec: same, readCodecs: [deflated] });
  const store = backend.store("t");
  for (const events of [await store.read("a").toArray(), await store.readAll().toArray()]) {
    assertEquals(events.map(({ version, data }) => [version, data]), [1, 2, 3].map((n) => [n, { sku: "A" }]));
  }

  // A backend without the codec fails to read, and can append all the same: versions are in headers.
  await using plain = await jetstream({ connection, readCodecs: [same] });
  const error = await failureOf(plain.store("t").read("a").toArray());
  assert(isAetherError(error, "corrupt-data"), String(error));
  for (const part of [deflated.contentType, "sequence 2", "t_events", "readCodecs"]) {
    assertStringIncludes(error.message, part);
  }
  assertEquals(await plain.store("t").latestVersion("a"), 3);
  assertEquals((await plain.store("t").append("a", placed, { expectedVersion: 3 })).version, 4);
});

await testOnServer("BusCarrier delivers republished commits to backends that have their codec", async ({ connect }) => {
  await using writer = await jetstream({ connection: await connect(), codec: deflated });
  const errors: unknown[] = [];
  const hear = async (options: Partial<JetStreamOptions>) => {
    const connection = await connect();
    const backend = await jetstream({ connection, onError: (error) => void errors.push(error), ...options });
    const heard: unknown[] = [];
    backend.bus.within("t").subscribe(({ data }) => void heard.push(data));
    await connection.flush();
    return { backend, connection, heard };
  };
  const [able, unable] = [await hear({ readCodecs: [deflated] }), await hear({})];
  await writer.store("t").append("a", placed, { expectedVersion: 0 });
  for (const { connection } of [able, unable]) await connection.flush();
  assertEquals([able.heard, unable.heard], [[{ sku: "A" }], []]);
  assertEquals(errors.map((error) => isAetherError(error, "corrupt-data")), [true]);
  for (const { backend } of [able, unable]) await backend.close();
});

const untrusted: [what: string, decode: (commit: CommitJson) => unknown, says: string][] = [
  ["nothing", () => undefined, "not an object"],
  ["a commit without events", () => ({ time: 1, events: [] }), "no events"],
  [
    "more events than there are",
    ({ time, events: [e] }) => ({ time, events: [e, e] }),
    "the number of its events differs",
  ],
  ["a time that is none", ({ events }) => ({ time: "now", events }), "time"],
  ["an event without an id", ({ time }) => ({ time, events: [{ type: "T", data: 1 }] }), "no id"],
  ["an event that is none", ({ time }) => ({ time, events: [7] }), "events[0]"],
  ["a date", ({ time, events: [e] }) => ({ time, events: [{ ...e, data: { at: new Date(0) } }] }), "events[0].data.at"],
  ["a map", ({ time, events: [e] }) => ({ time, events: [{ ...e, data: new Map() }] }), "events[0].data"],
  [
    "metadata that is no text",
    ({ time, events: [e] }) => ({ time, events: [{ ...e, metadata: { n: 1 } }] }),
    "metadata",
  ],
  ["an error", () => {
    throw new RangeError("cannot be read");
  }, "cannot be read"],
];

await testOnServer("Codecs.decode() checks the result of a codec", async ({ connect }, t) => {
  const connection = await connect();
  await using writer = await jetstream({ connection, codec: same });
  await writer.store("t").append("a", placed, { expectedVersion: 0 });
  for (const [what, decode, says] of untrusted) {
    await t.step(what, async () => {
      await using backend = await jetstream({ connection, codec: reading(decode) });
      const error = await failureOf(backend.store("t").read("a").toArray());
      assert(isAetherError(error, "corrupt-data"), String(error));
      assertStringIncludes(error.message, says);
    });
  }
  await t.step("one object, changed later", async () => {
    const data: Record<string, unknown> = { sku: "A", of: { n: 1 } };
    const codec = reading(({ time, events: [event] }) => ({ time, events: [{ ...event, data, _more: "is ignored" }] }));
    await using backend = await jetstream({ connection, codec });
    const [event] = await backend.store("t").read("a").toArray();
    data["sku"] = "B";
    assertEquals(event?.data, { sku: "A", of: { n: 1 } });
    for (const value of [event, event?.data, (event?.data as typeof data)["of"]]) assert(Object.isFrozen(value));
  });
});

await testOnServer(
  "append() stores no commit that its codec fails to encode, or makes too large",
  async ({ connect }) => {
    const connection = await connect();
    const { max_payload } = connection.info!;
    let encode: (commit: CommitJson) => unknown = () => {
      throw new RangeError("no room");
    };
    const codec = { ...same, encode: (commit: CommitJson) => encode(commit) as Uint8Array };
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
    ...same,
    encode: (commit: CommitJson) => buffer.subarray(0, buffer.set(same.encode(commit)) ?? same.encode(commit).length),
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

await testOnServer("jetstream() refuses options that are not codecs by name", async ({ connect }) => {
  const connection = await connect();
  const refused: [options: unknown, argument: string, because: string][] = [
    [{ codec: 7 }, "codec", "it is none"],
    [{ codec: { contentType: "a/b" } }, "codec", "it does nothing"],
    [{ codec: { ...same, contentType: "" } }, "codec.contentType", "it has no name"],
    [{ codec: { ...same, contentType: "a b" } }, "codec.contentType", "its name has a space"],
    [{ codec: { ...same, contentType: "a\r\nb: c" } }, "codec.contentType", "its name is two lines"],
    [{ codec: { ...same, contentType: "x".repeat(129) } }, "codec.contentType", "its name is too long"],
    [{ codec: { ...same, contentType: "application/json" } }, "codec.contentType", "that is the adapter's own"],
    [{ codec: same, readCodecs: [same] }, "readCodecs[0].contentType", "it is there twice"],
    [{ readCodecs: [same, deflated, null] }, "readCodecs[2]", "one is none"],
    [{ readCodecs: same }, "readCodecs", "they are no list"],
  ];
  for (const [options, argument, because] of refused) {
    const error = await failureOf(jetstream({ connection, ...options as object }));
    assert(isAetherError(error, "invalid-argument"), `${because}: ${error}`);
    assertEquals(error.argument, argument, because);
  }
  await (await jetstream({ connection, codec: { ...same, contentType: "x".repeat(128) }, readCodecs: [] })).close();
});
