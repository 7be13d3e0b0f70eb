import { assertEquals } from "@std/assert";
import { natsAccounts, natsPermissions } from "@flowmade-one/aether/jetstream";
import { checkJetStreamOptions } from "../../adapters/jetstream/jetstream_options.ts";
import { counting } from "../check/counting.ts";

const nothing = () => {};
const connection = { isClosed: nothing, publish: nothing, rtt: nothing, status: nothing, subscribe: nothing };
const codec = { contentType: "text/x", encode: () => new Uint8Array(), decode: nothing };
const tenant = { name: "A", namespaces: ["a"], users: [{ user: "u", password: "p" }], limits: { max_store: 1 } };
const observer = { name: "B", pattern: ">", users: [{ user: "u", password: "p" }] };

/** The first words of each test's name, an object, and a call that reads the object. */
const ROWS: readonly (readonly [name: string, values: object, call: (options: never) => unknown])[] = [
  [
    "jetstream() reads each property of its options",
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
  [
    "jetstream() reads each property of a codec",
    codec,
    (codec) => checkJetStreamOptions({ connection, codec } as never, "jetstream"),
  ],
  [
    "natsPermissions() reads each property of its options",
    { inboxPrefix: "_I", prefix: "a", domain: undefined, apiPrefix: "a.b" },
    (options) => natsPermissions({ role: "operator" }, options),
  ],
  [
    "natsPermissions() reads each property of a role",
    { role: "tenant", namespace: "a", retention: true },
    (role) => natsPermissions(role, options()),
  ],
  ["natsAccounts() reads each property of its options", {
    tenants: [tenant],
    observers: [observer],
    prefix: "a",
    domain: "d",
  }, natsAccounts],
  [
    "natsAccounts() reads each property of a tenant",
    tenant,
    (tenant) => natsAccounts({ tenants: [tenant], observers: [observer] }),
  ],
  [
    "natsAccounts() reads each property of an observer",
    observer,
    (observer) => natsAccounts({ tenants: [tenant], observers: [observer] }),
  ],
];

function options(): { readonly inboxPrefix: string } {
  return { inboxPrefix: "_I" };
}

for (const [name, values, call] of ROWS) {
  Deno.test(`${name} exactly once`, () => {
    const { options, reads } = counting(values);
    call(options as never);
    assertEquals(reads, Object.fromEntries(Object.keys(values).map((name) => [name, 1])));
  });
}
