import { assertEquals } from "@std/assert";
import {
  type Continuity,
  type KnownHistory,
  StreamContinuity,
} from "../../../adapters/jetstream/streams/stream_continuity.ts";

const told = (last_seq: number, created = "then") => ({ created, state: { last_seq } });

/** Replies about a stream whose known last sequence was 10 when the request was sent. */
const cases: [
  what: string,
  say: (history: StreamContinuity, before: KnownHistory) => Continuity,
  past: Continuity,
][] = [
  ["the same again", (history, before) => history.learn(told(10), before, true), "same"],
  ["more", (history, before) => history.learn(told(11), before, true), "same"],
  ["less", (history, before) => history.learn(told(9), before, true), "replaced"],
  ["none any more", (history, before) => history.learn(told(0), before, true), "replaced"],
  ["less, by a leader that may be behind", (history, before) => history.learn(told(9), before, false), "uncertain"],
  ["made anew, as long", (history, before) => history.learn(told(10, "later"), before, true), "replaced"],
  ["made anew, with replicas", (history, before) => history.learn(told(11, "later"), before, false), "replaced"],
  ["a message stored after the last", (history, before) => history.grow(11, before), "same"],
  ["a message stored at the last", (history, before) => history.grow(10, before), "replaced"],
  ["a message stored before the last", (history, before) => history.grow(1, before), "replaced"],
];

Deno.test("StreamContinuity.learn() detects another history of a stream", () => {
  for (const [what, say, past] of cases) {
    const history = new StreamContinuity();
    assertEquals(history.learn(told(10), history.knownHistory, true), "same", what);
    history.remember(10, "c-10");
    const { knownHistory } = history;
    assertEquals(say(history, knownHistory), past, what);
    assertEquals(history.number, knownHistory.number + (past === "replaced" ? 1 : 0), what);
    assertEquals(history.anchor === undefined, past === "replaced", what);
  }
});

Deno.test("StreamContinuity.learn() ignores replies that arrive out of order", () => {
  const history = new StreamContinuity();
  const { knownHistory } = history;
  for (const sequence of [3, 1, 2]) assertEquals(history.grow(sequence, knownHistory), "same");
  assertEquals(history.learn(told(1), knownHistory, true), "same", "asked before");
  assertEquals(history.knownHistory, { number: 0, reached: 3 });
});

Deno.test("StreamContinuity reports one restore once, with any number of requests in flight", () => {
  const history = new StreamContinuity();
  history.grow(300, history.knownHistory);
  const { knownHistory } = history;
  const pasts = [105, 101, 103, 102, 104].map((sequence) => history.grow(sequence, knownHistory));
  assertEquals(pasts, ["replaced", "same", "same", "same", "same"]);
  assertEquals(history.learn(told(105), knownHistory, true), "same");
  assertEquals(history.knownHistory, { number: 1, reached: 105 });
});

Deno.test("StreamContinuity.anchor is the last remembered commit", () => {
  const history = new StreamContinuity();
  for (const sequence of [2, 5, 3]) history.remember(sequence, `c-${sequence}`);
  assertEquals(history.anchor, { sequence: 5, commitId: "c-5" });
});
