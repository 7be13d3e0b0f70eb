import type { ClusterInvariant } from "../simulation/invariants.ts";
import type { ScheduleName } from "./schedules.ts";

/** A deliberate mistake in the code of the cluster. */
export interface Mutant {
  /** The mistake, as the end of the sentence "the cluster ...". */
  readonly name: string;
  /** Replacements in files of `src/`. */
  readonly edits: readonly (readonly [file: string, from: string, to: string])[];
  /** The invariants of which the mistake violates one first. */
  readonly violates: readonly ClusterInvariant[];
  /** The schedule that shows the mistake every time; if absent, random worlds show it. */
  readonly schedule?: ScheduleName;
}

const MEMBER = "coordination/member.ts";
const OWN = "coordination/own_session.ts";
const CLAIMS = "coordination/claim_table.ts";
const SESSIONS = "coordination/session_table.ts";
const NAMES = "coordination/name_watch.ts";
const OPENING = "coordination/opening.ts";

/** Mistakes that break an invariant of the cluster. The simulation must detect each of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "acts without a lease",
    edits: [[OWN, "this.#lease = ttl * LEASE_FRACTION;", "this.#lease = ttl * 1_000;"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "acts for one and a half times to live",
    edits: [[OWN, "const LEASE_FRACTION = 2 / 3;", "const LEASE_FRACTION = 1.5;"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "acts for the time to live, and counts no spare heartbeats",
    edits: [[OWN, "const LEASE_FRACTION = 2 / 3;", "const LEASE_FRACTION = 1;"], [
      MEMBER,
      ".heartbeat) + 2;",
      ".heartbeat);",
    ]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "counts every heartbeat, however close they are",
    edits: [[OWN, 'if (sentAt - this.#countedAt < this.#heartbeat) return "renewed";', ""]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "ends silent sessions after half of the heartbeats",
    edits: [[SESSIONS, "silence >= limit(record?.ttl)", "silence >= limit(record?.ttl) / 2"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "opens a new storage at once",
    edits: [[CLAIMS, "if (!this.#context.isOpen) return;", ""]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "opens a new storage with one write",
    edits: [[OPENING, "this.#isReplaceable ? NOT_OPEN_VALUE : OPEN_VALUE", "OPEN_VALUE"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "counts a member from its first heartbeat",
    edits: [[SESSIONS, "record.beat > 1", "record.beat > 0"], [
      OWN,
      '    if (beat === 1) {\n      this.announce();\n      return "renewed";\n    }\n',
      "",
    ]],
    violates: ["recovery"],
    schedule: "a node that receives nothing",
  },
  {
    name: "never ends a silent session",
    edits: [[MEMBER, "    this.#endSilent();\n    this.tick();", "    this.tick();"]],
    violates: ["recovery"],
  },
  {
    name: "ends its own former session while the work of the session continues",
    edits: [[MEMBER, "else if (!this.#claims.isWorkingIn(session))", "else"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "takes claims of live sessions",
    edits: [[CLAIMS, 'const hasEnded = owner === "" || this.#context.hasEnded(owner);', "const hasEnded = true;"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "takes claims over any revision",
    edits: [[CLAIMS, "expected);\n    } else if", "0);\n    } else if"]],
    violates: ["recovery"],
  },
  {
    name: "releases a claim while its work continues",
    edits: [[
      CLAIMS,
      "if (state.work !== undefined) return this.#supervise(state, state.work, isOwner ? record : undefined, isWanted);",
      "if (state.work !== undefined) { this.#supervise(state, state.work, isOwner ? record : undefined, isWanted); " +
      "if (state.work?.stopping === undefined) return; if (isOwner) this.#release(state, record!); return; }",
    ]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "starts work beside work that has not ended",
    edits: [[
      CLAIMS,
      "if (state.work !== undefined) return this.#supervise",
      'if (state.work !== undefined && state.work.stopping !== "lost") return this.#supervise',
    ]],
    violates: ["single work"],
  },
  {
    name: "leaves before its work has ended",
    edits: [[MEMBER, "if (this.#claims.isWorking) return false;", ""]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "never stops work whose claim was lost",
    edits: [[CLAIMS, 'const reason = !isHeld ? "lost" : isWanted', "const reason = isWanted"]],
    violates: ["release after work", "recovery"],
  },
  {
    name: "passes the same term to all work",
    edits: [[CLAIMS, "state.claim.start(record.revision, record);", "state.claim.start(1, record);"]],
    violates: ["rising terms"],
  },
  {
    name: "does not read all records again after its session has ended",
    edits: [[MEMBER, "    this.#port.readAgain();\n", ""]],
    violates: ["recovery"],
  },
  {
    name: "ignores a suspended machine",
    edits: [[MEMBER, "&& !this.#port.wasSuspended", ""], [
      "coordination/coordinator.ts",
      "if (wasSuspended) this.#member.suspended();",
      "",
    ]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "ignores that the storage was replaced by a new one",
    edits: [["coordination/coordinator.ts", "this.#generation !== scan.generation) {", "false) {"]],
    violates: ["exclusive ownership", "release after work", "recovery"],
  },
  {
    name: "measures its lease from the read of a heartbeat",
    edits: [[OWN, "Math.max(this.#deadline, sentAt + this.#lease)", "Math.max(this.#deadline, now + this.#lease)"], [
      OWN,
      "if (now >= this.#deadline || now >= sentAt + this.#lease)",
      "if (now >= this.#deadline)",
    ]],
    violates: ["exclusive ownership"],
    schedule: "a heartbeat that is read late",
  },
  {
    name: "starts again on a revision that it released",
    edits: [[CLAIMS, " && record!.revision > state.releasedRevision", ""]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "takes claims of sessions that it never saw",
    edits: [[CLAIMS, "if (hasEnded === true) {", "if (hasEnded !== false) {"]],
    violates: ["exclusive ownership", "release after work"],
  },
  {
    name: "keeps its session beside an earlier session of its name that is renewed",
    edits: [[MEMBER, "if (this.#nameWatch.mustEnd) this.#end();", ""]],
    violates: ["unique names", "recovery"],
  },
  {
    name: "joins beside a session of its name that is renewed",
    edits: [[NAMES, "return [...this.#namesakes.values()].every(isSilent);", "return true;"]],
    violates: ["recovery"],
  },
  {
    name: "never joins while a killed node of its name has a session",
    edits: [[NAMES, "silence >= WATCH_READS", "silence >= Infinity"], [
      SESSIONS,
      "for (const [key, session] of this.#live) if (key !== ownKey) session.silence++;",
      "",
    ]],
    violates: ["recovery"],
  },
];
