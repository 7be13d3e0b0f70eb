import { assertEquals } from "@std/assert";
import {
  type Continuity,
  type KnownHistory,
  StreamContinuity,
} from "../../../adapters/jetstream/streams/stream_continuity.ts";

const info = (last_seq: number, created = "then") => ({ created, state: { last_seq } });

/** Replies about a stream whose last known sequence was 10 when the request was sent. */
const cases: [
  title: string,
  apply: (history: StreamContinuity, before: KnownHistory) => Continuity,
  expected: Continuity,
][] = [
  ["the same last sequence", (history, before) => history.learn(info(10), before, true), "same"],
  ["a greater one", (history, before) => history.learn(info(11), before, true), "same"],
  ["a lower one", (history, before) => history.learn(info(9), before, true), "replaced"],
  ["0", (history, before) => history.learn(info(0), before, true), "replaced"],
  [
    "a lower one, from a leader that may lag behind",
    (history, before) => history.learn(info(9), before, false),
    "uncertain",
  ],
  [
    "a stream that was created again, with the same last sequence",
    (history, before) => history.learn(info(10, "later"), before, true),
    "replaced",
  ],
  [
    "a stream with replicas that was created again",
    (history, before) => history.learn(info(11, "later"), before, false),
    "replaced",
  ],
  ["a message stored after the last", (history, before) => history.grow(11, before), "same"],
  ["a message stored at the last", (history, before) => history.grow(10, before), "replaced"],
  ["a message stored before the last", (history, before) => history.grow(1, before), "replaced"],
];

Deno.test("StreamContinuity.learn() detects another history of a stream", () => {
  for (const [title, apply, expected] of cases) {
    const history = new StreamContinuity();
    assertEquals(history.learn(info(10), history.knownHistory, true), "same", title);
    history.remember(10, "c-10");
    const { knownHistory } = history;
    assertEquals(apply(history, knownHistory), expected, title);
    assertEquals(history.number, knownHistory.number + (expected === "replaced" ? 1 : 0), title);
    assertEquals(history.anchor === undefined, expected === "replaced", title);
  }
});

Deno.test("StreamContinuity.learn() ignores replies that arrive out of order", () => {
  const history = new StreamContinuity();
  const { knownHistory } = history;
  for (const sequence of [3, 1, 2]) assertEquals(history.grow(sequence, knownHistory), "same");
  assertEquals(history.learn(info(1), knownHistory, true), "same", "sent before the messages were stored");
  assertEquals(history.knownHistory, { number: 0, lastSequence: 3 });
});

Deno.test("StreamContinuity reports one restore once, with any number of requests in flight", () => {
  const history = new StreamContinuity();
  history.grow(300, history.knownHistory);
  const { knownHistory } = history;
  const results = [105, 101, 103, 102, 104].map((sequence) => history.grow(sequence, knownHistory));
  assertEquals(results, ["replaced", "same", "same", "same", "same"]);
  assertEquals(history.learn(info(105), knownHistory, true), "same");
  assertEquals(history.knownHistory, { number: 1, lastSequence: 105 });
});

Deno.test("StreamContinuity.anchor is the last remembered commit", () => {
  const history = new StreamContinuity();
  for (const sequence of [2, 5, 3]) history.remember(sequence, `c-${sequence}`);
  assertEquals(history.anchor, { sequence: 5, commitId: "c-5" });
});
