import { isAetherError } from "@flowmade-one/aether";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";
import type { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { listNamespaces } from "../../../adapters/jetstream/streams/list_namespaces.ts";
import { failureOf } from "../_support/failure_of.ts";

Deno.test("listNamespaces() repeats its request while the server of a stream does not answer, and fails after the timeout", async () => {
  const stream = {
    config: { name: "a_events", description: "aether log v1 partitions=16", subjects: ["aether.log.a.>"] },
    state: { last_seq: 1 },
  };
  const incomplete = { total: 1, streams: null, missing: ["a_events"] };
  const list = (answers: unknown[], timeout: number) => {
    const ask = () => Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
    const newBudget = () => new RetryBudget(timeout, undefined);
    return Array.fromAsync(listNamespaces({ newBudget, ask } as unknown as ServerApi, "aether"));
  };
  assertEquals(await list([incomplete, { total: 1, streams: [stream] }], 60_000) as string[], ["a"]);
  const error = await failureOf(list([incomplete], 100));
  assert(isAetherError(error, "unavailable"), String(error));
  assertStringIncludes(error.message, `"a_events"`);
});
