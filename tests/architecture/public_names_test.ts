import { assert, assertEquals } from "@std/assert";
import { readExports } from "./read_exports.ts";

const ROOT = new URL("../../", import.meta.url);

interface Package {
  readonly exports: Readonly<Record<string, string>>;
  readonly publish: { readonly include: readonly string[] };
}

const config: Package = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));

/** Names that the root export may have at most. */
const MAX_ROOT_NAMES = 55;

/** The names of the root export. A new one needs a reason: docs/decisions/the_root_export_holds_everyday_names.md. */
const ROOT_NAMES = [
  "AppendOptions",
  "AppendResult",
  "Backend",
  "BackendOptions",
  "BusEvent",
  "BusEventOf",
  "BusSubscription",
  "DEFAULT_NAMESPACE",
  "DecidedEvents",
  "Decider",
  "ErrorCode",
  "EventBus",
  "EventMap",
  "EventMetadata",
  "EventReader",
  "EventStore",
  "Events",
  "ExecuteOptions",
  "ExecuteResult",
  "Grant",
  "GrantOptions",
  "Handler",
  "LoadOptions",
  "LoadResult",
  "Namespace",
  "NamespacedEventBus",
  "NewEvent",
  "NewEventOf",
  "Position",
  "PublishedEvent",
  "ReadAllOptions",
  "ReadOnlyStore",
  "ReadOptions",
  "RecordedEvent",
  "RecordedEventOf",
  "SubscribeOptions",
  "Subscription",
  "SubscriptionState",
  "WithTypes",
  "decider",
  "event",
  "events",
  "execute",
  "given",
  "isAetherError",
  "load",
  "metadataFrom",
  "parseActorId",
  "parseNamespace",
  "parsePosition",
  "unchecked",
];

function namesOf(path: string): string[] {
  return readExports(Deno.readTextFileSync(new URL(path, ROOT)));
}

Deno.test("mod.ts exports the listed names, 55 at most", () => {
  assertEquals(namesOf("mod.ts").sort(), ROOT_NAMES);
  assert(ROOT_NAMES.length <= MAX_ROOT_NAMES, `${ROOT_NAMES.length} names`);
});

Deno.test("no two entry points of the core export the same name", () => {
  const entries = new Map<string, string[]>();
  for (const path of Object.values(config.exports).filter((path) => !path.endsWith("/mod.ts") || path === "./mod.ts")) {
    for (const name of namesOf(path)) entries.set(name, [...entries.get(name) ?? [], path]);
  }
  assert(entries.size > 150, `only ${entries.size} names were read`);
  assertEquals([...entries].filter(([, paths]) => paths.length > 1), []);
});

Deno.test("no exported name is a global of the runtime, except for an error of the same meaning", () => {
  const names = Object.values(config.exports).flatMap(namesOf);
  assertEquals(names.filter((name) => name in globalThis && name !== "QuotaExceededError"), []);
});

Deno.test("every TypeScript file of the root directory is exported and published", () => {
  const files = [...Deno.readDirSync(ROOT)].map(({ name }) => name).filter((name) => name.endsWith(".ts"));
  const exported = Object.values(config.exports);
  assertEquals(files.filter((name) => !exported.includes(`./${name}`)), []);
  assertEquals(files.filter((name) => !config.publish.include.includes(name)), []);
});

const sources: [source: string, names: string[]][] = [
  ['export { a } from "./a.ts";', ["a"]],
  ['export { a, type B } from "./a.ts";', ["a", "B"]],
  ['export type { A, B } from "./a.ts";', ["A", "B"]],
  ['export {\n  a,\n  type B,\n} from "./a.ts";', ["a", "B"]],
  ['export { a as b } from "./a.ts";', ["b"]],
  ['/**\n * export { a } from "./a.ts";\n */', []],
];

for (const [source, names] of sources) {
  Deno.test(`readExports() of ${JSON.stringify(source)}`, () => assertEquals(readExports(source), names));
}
