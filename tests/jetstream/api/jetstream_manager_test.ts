import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../../adapters/jetstream/api/api_error.ts";
import { fromManagerError, managerOver } from "../../../adapters/jetstream/api/jetstream_manager.ts";
import type { JetStreamConnection, JetStreamMessage } from "../../../adapters/jetstream/nats/connection.ts";
import { RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { failureOf } from "../_support/failure_of.ts";

const connection = {} as JetStreamConnection;
const reply = (body: string) => ({ data: new TextEncoder().encode(body) }) as JetStreamMessage;

Deno.test("managerOver() sends requests by the given function, with the prefix and JSON arguments", async () => {
  const sent: [subject: string, payload: string][] = [];
  const { streams } = await managerOver(connection, "JS.HUB.API", (subject, payload) => {
    sent.push([subject, new TextDecoder().decode(payload)]);
    return Promise.resolve(reply(JSON.stringify({ success: true, purged: 3 })));
  });
  assertEquals((await streams.purge("s", { seq: 7 })).purged, 3);
  assertEquals(await streams.deleteMessage("s", 7, false), true);
  assertEquals(sent, [
    ["JS.HUB.API.STREAM.PURGE.s", '{"seq":7}'],
    ["JS.HUB.API.STREAM.MSG.DELETE.s", '{"seq":7,"no_erase":true}'],
  ]);
});

Deno.test("fromManagerError() returns an ApiError with the code and the description of JetStream's error", async () => {
  for (const code of [10059, 10039, 10058]) {
    const body = JSON.stringify({ error: { code: 404, err_code: code, description: "not there" } });
    const { streams } = await managerOver(connection, "$JS.API", () => Promise.resolve(reply(body)));
    const error = fromManagerError(await failureOf(streams.info("s")));
    assert(error instanceof ApiError);
    assertEquals([error.code, error.message], [code, `not there (${code})`]);
  }
});

for (const body of ["", "not JSON", "null", "7"]) {
  Deno.test(`fromManagerError() treats the reply ${JSON.stringify(body)} of another client as no reply`, async () => {
    const { streams } = await managerOver(connection, "$JS.API", () => Promise.resolve(reply(body)));
    const error = fromManagerError(await failureOf(streams.info("s")));
    assert(error instanceof RequestFailure);
    assertEquals([error.kind, error.message], ["no-reply", "no answer: the reply is not a JetStream reply"]);
  });
}

Deno.test("fromManagerError() returns the error of a request unchanged", async () => {
  const failure = new RequestFailure("permission-denied", new Error("no permission"));
  const { streams } = await managerOver(connection, "$JS.API", () => Promise.reject(failure));
  assertEquals(fromManagerError(await failureOf(streams.info("s"))), failure);
});
