import { assertEquals } from "@std/assert";
import { natsAccounts, natsPermissions } from "@flowmade-one/aether/jetstream";
import { checkJetStreamOptions } from "../../adapters/jetstream/jetstream_options.ts";
import { counting } from "../check/counting.ts";

const nothing = () => {};
const connection = { isClosed: nothing, publish: nothing, rtt: nothing, status: nothing, subscribe: nothing };
const codec = { contentType: "text/x", encode: () => new Uint8Array(), decode: nothing };
const tenant = { name: "A", namespaces: ["a"], users: [{ user: "u", password: "p" }], limits: { max_store: 1 } };
const observer = { name: "B", pattern: ">", users: [{ user: "u", password: "p" }] };

/** The options of each function, and a call of the function. */
const ROWS: readonly (readonly [name: string, values: object, call: (options: never) => unknown])[] = [
  [
    "jetstream()",
    {
      connection,
      prefix: "a",
      domain: "hub",
      apiPrefix: undefined,
      replicas: 1,
      storage: "memory",
      maxCommitBytes: 1_000,
      cachedActors: 1,
      codec,
      readCodecs: [],
      timeout: 1_000,
      retention: { maxCommits: 1 },
      quota: undefined,
      republish: false,
      now: nothing,
      newId: nothing,
      onGrantUsed: nothing,
      onError: nothing,
    },
    (options) => checkJetStreamOptions(options, "jetstream"),
  ],
  ["jetstream() of a codec", codec, (codec) => checkJetStreamOptions({ connection, codec } as never, "jetstream")],
  [
    "natsPermissions()",
    { inboxPrefix: "_I", prefix: "a", domain: undefined, apiPrefix: "a.b" },
    (options) => natsPermissions({ role: "operator" }, options),
  ],
  [
    "natsPermissions() of a right",
    { role: "tenant", namespace: "a", retention: true },
    (right) => natsPermissions(right, options()),
  ],
  ["natsAccounts()", { tenants: [tenant], observers: [observer], prefix: "a", domain: "d" }, natsAccounts],
  ["natsAccounts() of a tenant", tenant, (tenant) => natsAccounts({ tenants: [tenant], observers: [observer] })],
  ["natsAccounts() of an observer", observer, (observer) => natsAccounts({ tenants: [tenant], observers: [observer] })],
];

function options(): { readonly inboxPrefix: string } {
  return { inboxPrefix: "_I" };
}

for (const [name, values, call] of ROWS) {
  Deno.test(`${name} reads each property exactly once`, () => {
    const { options, reads } = counting(values);
    call(options as never);
    assertEquals(reads, Object.fromEntries(Object.keys(values).map((name) => [name, 1])));
  });
}
