import { assertEquals } from "@std/assert";
import { API_ERROR, ApiError } from "../../../adapters/jetstream/api/api_error.ts";
import {
  type AppendDecision,
  type AppendFacts,
  decide,
  decideByReply,
  decideBySuccessor,
  hasUnconfirmedCopyAfter,
  type Reply,
  type Successor,
} from "../../../adapters/jetstream/log/append_decision.ts";
import { type FailureKind, RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { MIN_RETAINED_COMMITS } from "../../../adapters/jetstream/wire/commit_message.ts";

/** An append of two events as commit "own", to an actor at version 3 whose latest commit has sequence 10. */
const FACTS: AppendFacts = {
  commitId: "own",
  eventCount: 2,
  latest: { version: 3, sequence: 10 },
  mayExpire: false,
  isReplicated: false,
  hasUnconfirmedCopy: false,
};

const failure = (kind: FailureKind) => new RequestFailure(kind, new Error("test"));
const apiError = (err_code: number) => new ApiError({ err_code });
const wrongSequence = apiError(API_ERROR.wrongLastSequence);
const streamFull = apiError(API_ERROR.streamFull);
const noReply = failure("no-reply");
const disconnected = failure("disconnected");
const denied = failure("permission-denied");

const none: Successor = { kind: "none" };

function commit(commitId: string, firstVersion = 4): Successor {
  const lastVersion = firstVersion + 1;
  return { kind: "commit", commit: { sequence: 12, firstVersion, lastVersion, commitId, isSuperseded: false } };
}

function floor(commitId: string, version: number): Successor {
  return { kind: "floor", floor: { version, commitId, sequence: 13 } };
}

/** A decision as a short string. A failure that is not a reply of the API includes its message. */
function summary(decision: AppendDecision | undefined): unknown {
  if (decision?.kind === "reread") return decision.hasUnconfirmedCopy ? "reread, unconfirmed copy" : "reread";
  if (decision?.kind === "fail") return decision.error instanceof ApiError ? "fail" : `fail: ${decision.error.message}`;
  if (decision?.kind !== "stored") return decision?.kind;
  const { sequence, version, duplicate } = decision;
  return `${duplicate ? "duplicate" : "stored"} ${sequence}, version ${version}`;
}

const EXPIRED = "fail: no answer: the successor has expired";
const FAILED = "fail: no answer: test";

const expiring = { mayExpire: true };
const unconfirmed = { hasUnconfirmedCopy: true };
const replicated = { isReplicated: true };
/** The log has no commit of the actor: before the search for one, the last sequence of the log was 100. */
const notInLog = { mayExpire: true, latest: { version: 3, sequence: 0, observedSequence: 100 } };
const LAST_IN_WINDOW = 100 + MIN_RETAINED_COMMITS;

Deno.test("decideByReply() returns stored for an acknowledgement within the window, and undefined for any other reply", () => {
  const rows: [reply: Reply, facts: Partial<AppendFacts>, decision: string | undefined][] = [
    [11, {}, "stored 11, version 5"],
    [11, unconfirmed, "stored 11, version 5"],
    [11, expiring, "stored 11, version 5"],
    [LAST_IN_WINDOW, notInLog, `stored ${LAST_IN_WINDOW}, version 5`],
    [LAST_IN_WINDOW + 1, notInLog, undefined],
    [wrongSequence, {}, undefined],
    [streamFull, {}, undefined],
    [noReply, {}, undefined],
    [disconnected, {}, undefined],
  ];
  for (const [reply, facts, decision] of rows) {
    assertEquals(summary(decideByReply(reply, { ...FACTS, ...facts })), decision, String(reply));
  }
});

Deno.test("decideBySuccessor() compares commit ids, and fails if the append's own commit may have expired", () => {
  const rows: [title: string, successor: Successor, facts: Partial<AppendFacts>, decision: string | undefined][] = [
    ["none", none, {}, undefined],
    ["none, after a lost reply", none, unconfirmed, undefined],
    ["the commit, sent by this append", commit("own"), unconfirmed, "stored 12, version 5"],
    ["the commit, sent by an earlier append", commit("own"), {}, "duplicate 12, version 5"],
    ["another commit", commit("other"), {}, "reread"],
    ["another commit, after a lost reply", commit("other"), unconfirmed, "reread"],
    ["the commit, in a log that expires", commit("own"), { ...expiring, ...unconfirmed }, "stored 12, version 5"],
    ["a later commit: the commit after the expected sequence has expired", commit("other", 6), expiring, "reread"],
    ["a later commit, after a lost reply: the commit after the expected sequence has expired", commit("other", 6), {
      ...expiring,
      ...unconfirmed,
    }, EXPIRED],
    ["a commit of another version in a log that never expires", commit("other", 6), unconfirmed, "reread"],
    ["a floor of the expected version", floor("own", 3), expiring, undefined],
    [
      "a floor of the commit, sent by this append",
      floor("own", 5),
      { ...expiring, ...unconfirmed },
      "stored 13, version 5",
    ],
    ["a floor of the commit, sent by an earlier append", floor("own", 5), expiring, "duplicate 13, version 5"],
    ["a floor of another commit at the same version", floor("other", 5), { ...expiring, ...unconfirmed }, "reread"],
    ["a floor of another commit with fewer events", floor("other", 4), { ...expiring, ...unconfirmed }, "reread"],
    ["a floor of a later commit", floor("other", 6), expiring, "reread"],
    ["a floor of a later commit, after a lost reply", floor("other", 6), { ...expiring, ...unconfirmed }, EXPIRED],
  ];
  for (const [title, successor, facts, decision] of rows) {
    assertEquals(summary(decideBySuccessor(successor, { ...FACTS, ...facts })), decision, title);
  }
});

Deno.test("decide() rereads, resends or fails when there is no successor", () => {
  const rows: [title: string, reply: Reply, facts: Partial<AppendFacts>, decision: string][] = [
    ["stored outside of its window", LAST_IN_WINDOW + 1, notInLog, "reread"],
    ["stored outside of its window, after a lost reply", LAST_IN_WINDOW + 1, { ...notInLog, ...unconfirmed }, "reread"],
    ["wrong sequence: the stream is another one", wrongSequence, {}, "reread"],
    ["wrong sequence: a former leader may have answered", wrongSequence, replicated, "reread, unconfirmed copy"],
    ["wrong sequence after a lost reply: the first copy may be the reason", wrongSequence, unconfirmed, "resend"],
    ["wrong sequence: the latest commit was purged", wrongSequence, expiring, "reread"],
    ["wrong sequence after a lost reply: no copy is accepted after the purge", wrongSequence, {
      ...expiring,
      ...unconfirmed,
    }, "reread"],
    ["wrong sequence: the latest commit was purged from a replicated log", wrongSequence, {
      ...expiring,
      ...replicated,
    }, "reread"],
    ["wrong sequence for an actor without commits in the log", wrongSequence, notInLog, "reread"],
    ["wrong sequence for such an actor, after a lost reply", wrongSequence, { ...notInLog, ...unconfirmed }, "resend"],
    ["wrong sequence for such an actor, replicated", wrongSequence, {
      ...notInLog,
      ...replicated,
    }, "reread, unconfirmed copy"],
    ["a lost reply", noReply, unconfirmed, "resend"],
    ["no connection", disconnected, {}, "resend"],
    ["no connection, after a lost reply", disconnected, unconfirmed, "resend"],
    ["no responders", failure("no-responders"), {}, "resend"],
    ["no leader", apiError(API_ERROR.notLeader), {}, "resend"],
    ["another write in flight", apiError(API_ERROR.anotherWriteInFlight), {}, "resend"],
    ["a full stream", streamFull, {}, "fail"],
    ["a full stream, after a lost reply", streamFull, unconfirmed, "resend"],
    ["a permission that is missing", denied, {}, FAILED],
    ["a permission that is missing, after a lost reply", denied, unconfirmed, "resend"],
    ["a closed connection", failure("closed"), {}, FAILED],
  ];
  for (const [title, reply, facts, decision] of rows) {
    assertEquals(summary(decide(reply, none, { ...FACTS, ...facts })), decision, title);
  }
});

Deno.test("decide() decides by the successor, if there is one, with any reply", () => {
  const replies: Reply[] = [LAST_IN_WINDOW + 1, wrongSequence, streamFull, noReply, disconnected, denied];
  for (const reply of replies) {
    assertEquals(
      summary(decide(reply, commit("own"), { ...FACTS, ...unconfirmed })),
      "stored 12, version 5",
      String(reply),
    );
    assertEquals(summary(decide(reply, commit("other"), { ...FACTS, ...unconfirmed })), "reread", String(reply));
  }
});

Deno.test("hasUnconfirmedCopyAfter() is true after a reply that leaves open whether the commit is stored, and stays true", () => {
  const rows: [reply: Reply, after: boolean][] = [
    [11, false],
    [noReply, true],
    [apiError(API_ERROR.unavailable), true],
    [wrongSequence, false],
    [streamFull, false],
    [apiError(API_ERROR.notLeader), false],
    [disconnected, false],
    [failure("no-responders"), false],
    [denied, false],
    [failure("closed"), false],
    [failure("invalid"), false],
  ];
  for (const [reply, after] of rows) {
    assertEquals(hasUnconfirmedCopyAfter(reply, false), after, String(reply));
    assertEquals(hasUnconfirmedCopyAfter(reply, true), true, String(reply));
  }
});
