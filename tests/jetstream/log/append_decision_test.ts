import { assertEquals } from "@std/assert";
import { API_ERROR, ApiError } from "../../../adapters/jetstream/api/api_error.ts";
import {
  type AppendDecision,
  type AppendFacts,
  decide,
  decideByReply,
  decideBySuccessor,
  mayBeStoredAfter,
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
  mayBeStored: false,
};

const failure = (kind: FailureKind) => new RequestFailure(kind, new Error("test"));
const apiError = (err_code: number) => new ApiError({ err_code });
const wrongSequence = apiError(API_ERROR.wrongLastSequence);
const streamFull = apiError(API_ERROR.streamFull);
const lost = failure("no-reply");
const down = failure("disconnected");
const denied = failure("permission-denied");

const none: Successor = { kind: "none" };

function commit(commitId: string, firstVersion = 4): Successor {
  const lastVersion = firstVersion + 1;
  return { kind: "commit", commit: { sequence: 12, firstVersion, lastVersion, commitId, isSuperseded: false } };
}

function floor(commitId: string, version: number): Successor {
  return { kind: "floor", floor: { version, commitId, sequence: 13 } };
}

/** A decision in short: the error of a failure by its message. */
function short(decision: AppendDecision | undefined): unknown {
  if (decision?.kind === "reread") return decision.mayBeStored ? "reread, may be stored" : "reread";
  if (decision?.kind === "fail") return decision.error instanceof ApiError ? "fail" : `fail: ${decision.error.message}`;
  if (decision?.kind !== "stored") return decision?.kind;
  const { sequence, version, duplicate } = decision;
  return `${duplicate ? "duplicate" : "stored"} ${sequence}, version ${version}`;
}

const EXPIRED = "fail: no answer: the successor has expired";
const DENIED = "fail: no answer: test";

const retained = { mayExpire: true };
const unsure = { mayBeStored: true };
const replicated = { isReplicated: true };
/** No commit of the actor is in the log; the last sequence of the log was 100 before the search for one. */
const unseen = { mayExpire: true, latest: { version: 3, sequence: 0, observedLastSequence: 100 } };
const LAST_IN_WINDOW = 100 + MIN_RETAINED_COMMITS;

Deno.test("decideByReply() takes an acknowledgement within the window for stored, and no other reply", () => {
  const rows: [reply: Reply, facts: Partial<AppendFacts>, decision: string | undefined][] = [
    [11, {}, "stored 11, version 5"],
    [11, unsure, "stored 11, version 5"],
    [11, retained, "stored 11, version 5"],
    [LAST_IN_WINDOW, unseen, `stored ${LAST_IN_WINDOW}, version 5`],
    [LAST_IN_WINDOW + 1, unseen, undefined],
    [wrongSequence, {}, undefined],
    [streamFull, {}, undefined],
    [lost, {}, undefined],
    [down, {}, undefined],
  ];
  for (const [reply, facts, decision] of rows) {
    assertEquals(short(decideByReply(reply, { ...FACTS, ...facts })), decision, String(reply));
  }
});

Deno.test("decideBySuccessor() compares commit ids, and fails if an expired successor may be the commit", () => {
  const rows: [title: string, successor: Successor, facts: Partial<AppendFacts>, decision: string | undefined][] = [
    ["none", none, {}, undefined],
    ["none, after a lost reply", none, unsure, undefined],
    ["the commit, sent by this append", commit("own"), unsure, "stored 12, version 5"],
    ["the commit, sent by an earlier append", commit("own"), {}, "duplicate 12, version 5"],
    ["another commit", commit("other"), {}, "reread"],
    ["another commit, after a lost reply", commit("other"), unsure, "reread"],
    ["the commit, in a log that expires", commit("own"), { ...retained, ...unsure }, "stored 12, version 5"],
    ["a later commit, as the successor expired", commit("other", 6), retained, "reread"],
    ["a later commit, as the successor expired, after a lost reply", commit("other", 6), {
      ...retained,
      ...unsure,
    }, EXPIRED],
    ["a commit of another version in a log that never expires", commit("other", 6), unsure, "reread"],
    ["a floor of the expected version", floor("own", 3), retained, undefined],
    ["a floor of the commit, sent by this append", floor("own", 5), { ...retained, ...unsure }, "stored 13, version 5"],
    ["a floor of the commit, sent by an earlier append", floor("own", 5), retained, "duplicate 13, version 5"],
    ["a floor of another commit at the same version", floor("other", 5), { ...retained, ...unsure }, "reread"],
    ["a floor of another commit with fewer events", floor("other", 4), { ...retained, ...unsure }, "reread"],
    ["a floor of a later commit", floor("other", 6), retained, "reread"],
    ["a floor of a later commit, after a lost reply", floor("other", 6), { ...retained, ...unsure }, EXPIRED],
  ];
  for (const [title, successor, facts, decision] of rows) {
    assertEquals(short(decideBySuccessor(successor, { ...FACTS, ...facts })), decision, title);
  }
});

Deno.test("decide() rereads, resends or fails when there is no successor", () => {
  const rows: [title: string, reply: Reply, facts: Partial<AppendFacts>, decision: string][] = [
    ["stored outside of its window", LAST_IN_WINDOW + 1, unseen, "reread"],
    ["stored outside of its window, after a lost reply", LAST_IN_WINDOW + 1, { ...unseen, ...unsure }, "reread"],
    ["wrong sequence: the stream is another one", wrongSequence, {}, "reread"],
    ["wrong sequence: a former leader may have answered", wrongSequence, replicated, "reread, may be stored"],
    ["wrong sequence after a lost reply: the first copy may be the reason", wrongSequence, unsure, "resend"],
    ["wrong sequence: the latest commit was purged", wrongSequence, retained, "reread"],
    ["wrong sequence after a lost reply: no copy is accepted after the purge", wrongSequence, {
      ...retained,
      ...unsure,
    }, "reread"],
    ["wrong sequence: the latest commit was purged from a replicated log", wrongSequence, {
      ...retained,
      ...replicated,
    }, "reread"],
    ["wrong sequence for an actor without commits in the log", wrongSequence, unseen, "reread"],
    ["wrong sequence for such an actor, after a lost reply", wrongSequence, { ...unseen, ...unsure }, "resend"],
    ["wrong sequence for such an actor, replicated", wrongSequence, {
      ...unseen,
      ...replicated,
    }, "reread, may be stored"],
    ["a lost reply", lost, unsure, "resend"],
    ["no connection", down, {}, "resend"],
    ["no connection, after a lost reply", down, unsure, "resend"],
    ["no responders", failure("no-responders"), {}, "resend"],
    ["no leader", apiError(API_ERROR.notLeader), {}, "resend"],
    ["another write in flight", apiError(API_ERROR.anotherWriteInFlight), {}, "resend"],
    ["a full stream", streamFull, {}, "fail"],
    ["a full stream, after a lost reply", streamFull, unsure, "resend"],
    ["a permission that is missing", denied, {}, DENIED],
    ["a permission that is missing, after a lost reply", denied, unsure, "resend"],
    ["a closed connection", failure("closed"), {}, DENIED],
  ];
  for (const [title, reply, facts, decision] of rows) {
    assertEquals(short(decide(reply, none, { ...FACTS, ...facts })), decision, title);
  }
});

Deno.test("decide() goes by the successor before the reply", () => {
  const replies: Reply[] = [LAST_IN_WINDOW + 1, wrongSequence, streamFull, lost, down, denied];
  for (const reply of replies) {
    assertEquals(short(decide(reply, commit("own"), { ...FACTS, ...unsure })), "stored 12, version 5", String(reply));
    assertEquals(short(decide(reply, commit("other"), { ...FACTS, ...unsure })), "reread", String(reply));
  }
});

Deno.test("mayBeStoredAfter() is true for a reply that does not exclude it, and stays true", () => {
  const rows: [reply: Reply, after: boolean][] = [
    [11, false],
    [lost, true],
    [apiError(API_ERROR.unavailable), true],
    [wrongSequence, false],
    [streamFull, false],
    [apiError(API_ERROR.notLeader), false],
    [down, false],
    [failure("no-responders"), false],
    [denied, false],
    [failure("closed"), false],
    [failure("invalid"), false],
  ];
  for (const [reply, after] of rows) {
    assertEquals(mayBeStoredAfter(reply, false), after, String(reply));
    assertEquals(mayBeStoredAfter(reply, true), true, String(reply));
  }
});
