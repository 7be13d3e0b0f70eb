import type { Namespace } from "@flowmade-one/aether";
import { assert, assertEquals } from "@std/assert";
import { allCallsSubject, callSubject } from "../../../adapters/jetstream/wire/call_subjects.ts";
import { decodeRequest } from "../../../src/hosting/request_message.ts";
import { inRoot } from "../../../tools/root.ts";
import { naiveMatches } from "../../values/naive_pattern.ts";

const addresses: [namespace: string, service: string, session: string, subject: string][] = [
  ["prod.orders", "orders", "pod-1~5f0c1d", "aether.calls.prod=2Eorders.orders.pod-1=7E5f0c1d"],
  ["prod", "orders.v2", "pod.1~5f0c1d", "aether.calls.prod.orders=2Ev2.pod=2E1=7E5f0c1d"],
];

for (const [namespace, service, session, subject] of addresses) {
  Deno.test(`callSubject() of ${namespace}, ${service} and ${session} is ${subject}`, () => {
    assertEquals(callSubject("aether", { namespace: namespace as Namespace, service, session }), subject);
    assert(naiveMatches(allCallsSubject("aether", namespace), subject));
    for (const other of ["prod.order", "prod.orders.eu", "prod.*", "orders"]) {
      assert(!naiveMatches(allCallsSubject("aether", other), subject), other);
    }
  });
}

Deno.test("decodeRequest() accepts the example of docs/wire-format.md", async () => {
  const page = await Deno.readTextFile(inRoot("docs/wire-format.md"));
  const [, example] = /^## Calls$[\s\S]*?```json\n([\s\S]*?)```/m.exec(page)!;
  const request = decodeRequest(new TextEncoder().encode(example));
  assertEquals([request?.actorId, request?.issuedAfter, request?.options.lookback], ["screening.7", 12, 256]);
});
