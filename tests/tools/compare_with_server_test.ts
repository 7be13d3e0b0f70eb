import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { parseArguments } from "../../tools/compare_with_server/arguments.ts";
import { askServer, type Deliveries } from "../../tools/compare_with_server/ask_server.ts";
import { type Cases, makeCases, witnesses } from "../../tools/compare_with_server/cases.ts";
import { checkStricterRow } from "../../tools/compare_with_server/check_stricter_row.ts";
import { compareWithServer } from "../../tools/compare_with_server/compare.ts";
import { findDifferences } from "../../tools/compare_with_server/find_differences.ts";
import { AETHER, type Implementation } from "../../tools/compare_with_server/implementation.ts";
import { differenceTable, stricterTable, summary } from "../../tools/compare_with_server/report.ts";
import { STRICTER_ROWS } from "../../tools/compare_with_server/stricter_rows.ts";
import { NATS_SERVER_VERSIONS, natsServerForTests, startNatsServer } from "../../tools/nats_server.ts";
import { naiveMatches } from "../pattern/naive_pattern.ts";

const newSeed = () => Math.floor(Math.random() * 2 ** 31);

for (const version of NATS_SERVER_VERSIONS) {
  const answer = await natsServerForTests(version);
  Deno.test({
    name: `who receives what is as on nats-server ${version}, and so is what we refuse`,
    ignore: "skip" in answer,
    async fn() {
      await using server = await startNatsServer({ version, jetstream: false });
      const seed = newSeed();
      const comparison = await compareWithServer(server.port, { seed, cases: 2_000 });
      assertEquals(comparison.differences.length, 0, summary(`nats-server ${version}`, seed, comparison));
      assert(comparison.patterns > 300 && comparison.subjects > 2_000, "too few cases to mean anything");
      assert(comparison.delivered > 10_000, "too few deliveries to mean anything");
    },
  });
}

const answer = await natsServerForTests();
const ignore = "skip" in answer;
const binary = "skip" in answer ? undefined : answer.binary;

Deno.test({
  name: "a matcher that errs is found on a server",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary, jetstream: false });
    const ours = { ...AETHER, compile: (pattern: string) => (text: string) => pattern === ">" || pattern === text };
    const { differences } = await compareWithServer(server.port, { seed: 1, cases: 0, ours });
    assert(differences.length > 0 && differences.every(({ who }) => who === "matcher"));
  },
});

Deno.test({
  name: "a row that says something else than the server does is found",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary, jetstream: false });
    const row = STRICTER_ROWS.find(({ text }) => text === "a*b")!;
    const whoOf = async (changed: Partial<typeof row>) =>
      (await checkStricterRow(server.port, { ...row, ...changed })).map(({ who, server }) => `${who}: ${server}`);
    assertEquals(await whoOf({}), []);
    assertEquals(await whoOf({ server: "takes it" }), ["stricter rows: takes it literally"]);
    assertEquals(await whoOf({ says: "too long" }), ["parseActorPattern: takes it literally"]);
    assertEquals(await whoOf({ text: "a.*", decoy: "a.b" }), [
      "stricter rows: receives a.* and a.b",
      "parseActorPattern: receives a.* and a.b",
    ]);
  },
});

Deno.test({
  name: "a pattern that the server refuses is an error that quotes it, not a difference",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary, jetstream: false });
    await assertRejects(() => askServer(server.url, ["a", "a..b"], ["a"]), Error, "Invalid Subject");
  },
});

for (const { parse, text, says, because } of STRICTER_ROWS) {
  Deno.test(`${parse.name} refuses ${JSON.stringify(text.slice(0, 40))}: ${because}`, () => {
    assertThrows(() => parse(text), Error, says);
  });
}

/** Cases with deliveries as a server without fault would make them, so that whatever errs is on our side. */
const seed = newSeed();
const cases = makeCases(seed, 100);
const deliveries: Deliveries = cases.patterns.map((pattern) =>
  Uint8Array.from(
    cases.subjects,
    (subject) => Number(!subject.split(".").includes("") && naiveMatches(pattern, subject)),
  )
);

function matcherOf(toExpression: (pattern: string) => RegExp): Partial<Implementation> {
  return {
    compile: (pattern) => (text) => toExpression(pattern).test(text),
  };
}

/** Our router, with another answer at every so manieth sight of a subject. */
function routerWith(
  change: (answer: readonly number[]) => readonly number[],
  sight: number,
): Partial<Implementation> {
  return {
    route: (patterns) => {
      const match = AETHER.route(patterns);
      const seen = new Map<string, number>();
      return (subject) => {
        seen.set(subject, (seen.get(subject) ?? 0) + 1);
        return seen.get(subject) === sight ? change(match(subject)) : match(subject);
      };
    },
  };
}

const escaped = (pattern: string, star: string, tail: string, flags = "") => {
  const tokens = pattern.split(".").map((token) => token === "*" ? star : token === ">" ? tail : RegExp.escape(token));
  return new RegExp(`^${tokens.join("\\.")}$`, flags);
};

const faulty: [because: string, found: string, ours: Partial<Implementation>][] = [
  ["a last * takes many tokens", "matcher", { compile: (pattern) => AETHER.compile(pattern.replace(/\*$/, ">")) }],
  ["> takes no token", "matcher", {
    compile: (pattern) => {
      const matches = AETHER.compile(pattern);
      return (text) => matches(text) || (pattern.endsWith(">") && matches(`${text}.x`));
    },
  }],
  ["> takes one token only", "matcher", matcherOf((pattern) => escaped(pattern, "[^.]+", "[^.]+"))],
  ["case does not count", "matcher", matcherOf((pattern) => escaped(pattern, "[^.]+", "[^]+", "i"))],
  [
    "a wide star is a wildcard",
    "matcher",
    matcherOf((pattern) => escaped(pattern.replace("＊", "*"), "[^.]+", "[^]+")),
  ],
  ["what is short matches", "matcher", { compile: (pattern) => (text) => AETHER.compile(pattern)(text.slice(0, 199)) }],
  ["31 tokens are too many", "matcher", {
    compile: (pattern) => (text) => text.split(".").length < 31 && AETHER.compile(pattern)(text),
  }],
  ["a pattern is refused", "refused pattern", {
    compile: (pattern) => {
      if (pattern.includes("$")) throw new Error("no dollars");
      return AETHER.compile(pattern);
    },
  }],
  ["a matcher throws", "matcher", {
    compile: (pattern) => (text) => {
      if (pattern.startsWith("*")) throw new Error("no stars in front");
      return AETHER.compile(pattern)(text);
    },
  }],
  ["the router throws", "router", {
    route: () => () => {
      throw new Error("no routes");
    },
  }],
  ["a handler is called twice", "router", routerWith((handlers) => [...handlers, ...handlers], 1)],
  ["a handler is left out", "router", routerWith((handlers) => handlers.slice(1), 1)],
  ["what is kept is wrong", "router, 2nd time", routerWith((handlers) => handlers.slice(1), 2)],
  ["what was kept is wrong", "router, 3rd time", routerWith((handlers) => handlers.slice(1), 3)],
  ["everything covers", "containment", { covers: () => true }],
  ["nothing covers", "containment", { covers: () => false }],
  ["> is covered by *", "containment", {
    covers: (outer, inner) => AETHER.covers(outer, inner) || (outer === "*" && inner === ">"),
  }],
  ["a pattern does not cover itself", "containment", {
    covers: (outer, inner) => outer !== inner && AETHER.covers(outer, inner),
  }],
];

Deno.test("Aether differs in nothing from a server without fault", () => {
  assertEquals(findDifferences(cases, deliveries, AETHER), [], `seed ${seed}`);
});

for (const [because, found, ours] of faulty) {
  Deno.test(`an implementation in which ${because} differs, and nothing else does`, () => {
    const differences = findDifferences(cases, deliveries, { ...AETHER, ...ours });
    assertEquals([...new Set(differences.map(({ who }) => who))], [found], `seed ${seed}`);
  });
}

Deno.test("a server that does something else than was written down differs from that and from Aether", () => {
  const cases: Cases = { patterns: ["a.*"], subjects: ["a.b"], written: [["a.*", "a.b", true, "* is one token"]] };
  const found = (count: number) =>
    findDifferences(cases, [Uint8Array.of(count)], AETHER).map(({ who, server, aether }) => [who, server, aether]);
  assertEquals(found(1), []);
  assertEquals(found(0), [
    ["written cases", "does not receive", "receives, we wrote: * is one token"],
    ...["matcher", "router", "router, 2nd time", "router, 3rd time"].map((
      who,
    ) => [who, "does not receive", "receives"]),
  ]);
  assertEquals(found(2)[1], ["matcher", "receives 2 times", "receives"]);
});

Deno.test("a seed determines the cases, and no text is there twice", () => {
  const [a, b, c] = [makeCases(1, 500), makeCases(1, 500), makeCases(2, 500)];
  assertEquals(a, b);
  assert(a.subjects.join() !== c.subjects.join());
  assertEquals(new Set(a.subjects).size, a.subjects.length);
  assertEquals(new Set(a.patterns).size, a.patterns.length);
});

Deno.test("witnesses name a token that no pattern has", () => {
  assertEquals(witnesses("a.*"), ["a.~new~"]);
  assertEquals(witnesses("a.>"), ["a.~new~", "a.~new~.~new~"]);
  assert(makeCases(newSeed(), 0).patterns.every((pattern) => !pattern.includes("~new~")));
});

Deno.test("tables show the shortest differences, as JSON where a terminal would not show them", () => {
  const rows = Array.from({ length: 25 }, (_, i) => "\u00a0".repeat(30 - i)).map((pattern) => (
    { who: "matcher", pattern, subject: "x".repeat(100), server: "receives", aether: "does not receive" }
  ));
  const lines = differenceTable(rows).split("\n");
  assertEquals(lines.length, 2 + 20 + 1);
  assertStringIncludes(lines[2]!, `"${"\\u00a0".repeat(6)}"`);
  assertStringIncludes(lines[2]!, "(102)");
  assertEquals(lines.at(-1), "... and 5 more");
  assertEquals(stricterTable(STRICTER_ROWS).split("\n").length, 2 + STRICTER_ROWS.length);
});

Deno.test("a summary says how much was compared, and what differs", () => {
  const [difference] = [{ who: "matcher", pattern: "a", subject: "b", server: "receives", aether: "does not receive" }];
  const comparison = { patterns: 3, subjects: 4, delivered: 5, stricterRows: 6, differences: [] };
  assertEquals(
    summary("nats-server 2.15.1", 7, comparison),
    "Seed 7: 4 subjects against 3 patterns, each pattern against each other, 5 deliveries, 6 refusals.\n" +
      "No difference to nats-server 2.15.1.",
  );
  const other = summary("nats-server 2.15.1", 7, { ...comparison, differences: [difference!] });
  assertStringIncludes(other, "1 difference to nats-server 2.15.1:\n\nwhat ");
});

Deno.test("the command line takes a seed and a number of cases, and nothing else", () => {
  assertEquals(parseArguments([], 9), { seed: 9, cases: 4_000 });
  assertEquals(parseArguments(["--cases", "10", "--seed", "4294967295"], 9), { seed: 4_294_967_295, cases: 10 });
  for (const args of [["--seed"], ["--seed", "x"], ["--cases", "1000000"], ["--case", "1"], ["7"]]) {
    assertThrows(() => parseArguments(args, 9), Error, "Usage: deno run");
  }
});
