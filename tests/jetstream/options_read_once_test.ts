import { assertEquals } from "@std/assert";
import { natsAccounts, natsPermissions } from "@flowmade-one/aether/jetstream";
import { checkJetStreamOptions } from "../../adapters/jetstream/jetstream_options.ts";
import { counting } from "../check/counting.ts";

const nothing = () => {};
const connection = { isClosed: nothing, publish: nothing, rtt: nothing, status: nothing, subscribe: nothing };
const codec = { contentType: "text/x", encode: () => new Uint8Array(), decode: nothing };
const tenant = { name: "A", namespaces: ["a"], users: [{ user: "u", password: "p" }], limits: { max_store: 1 } };
const observer = { name: "B", pattern: ">", users: [{ user: "u", password: "p" }] };

/** Each row: the function, all its options, and a call with them. */
const ROWS: readonly (readonly [of: string, values: object, call: (options: never) => unknown])[] = [
  [
    "jetstream",
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
  ["a codec", codec, (codec) => checkJetStreamOptions({ connection, codec } as never, "jetstream")],
  [
    "natsPermissions",
    { inboxPrefix: "_I", prefix: "a", domain: undefined, apiPrefix: "a.b" },
    (options) => natsPermissions({ role: "operator" }, options),
  ],
  ["a right", { role: "tenant", namespace: "a", retention: true }, (right) => natsPermissions(right, options())],
  ["natsAccounts", { tenants: [tenant], observers: [observer], prefix: "a", domain: "d" }, natsAccounts],
  ["a tenant of natsAccounts", tenant, (tenant) => natsAccounts({ tenants: [tenant], observers: [observer] })],
  ["an observer of natsAccounts", observer, (observer) => natsAccounts({ tenants: [tenant], observers: [observer] })],
];

function options(): { readonly inboxPrefix: string } {
  return { inboxPrefix: "_I" };
}

for (const [of, values, call] of ROWS) {
  Deno.test(`${of} reads each option exactly once`, () => {
    const { options, reads } = counting(values);
    call(options as never);
    assertEquals(reads, Object.fromEntries(Object.keys(values).map((name) => [name, 1])));
  });
}
