import { assert, assertEquals } from "@std/assert";
import * as errors from "@flowmade-one/aether/errors";
import {
  AetherError,
  EventsExpiredError,
  OutcomeUnknownError,
  VersionConflictError,
} from "@flowmade-one/aether/errors";
import { type ErrorCode, isAetherError, parseNamespace } from "@flowmade-one/aether";
import { exampleErrors } from "./example_errors.ts";

const namespace = parseNamespace("prod.orders");
const cause = new Error("why");
const examples = exampleErrors(cause);

/** The name of every class of error, with its code. */
const names: Record<ErrorCode, string> = {
  "aborted": "AbortError",
  "closed": "ClosedError",
  "corrupt-data": "CorruptDataError",
  "events-expired": "EventsExpiredError",
  "evolve-failed": "EvolveError",
  "invalid-actor-id": "InvalidActorIdError",
  "invalid-argument": "InvalidArgumentError",
  "invalid-event": "InvalidEventError",
  "invalid-grant": "InvalidGrantError",
  "invalid-namespace": "InvalidNamespaceError",
  "invalid-pattern": "InvalidPatternError",
  "lookback-exhausted": "LookbackExhaustedError",
  "outcome-unknown": "OutcomeUnknownError",
  "overloaded": "OverloadedError",
  "queue-overflow": "QueueOverflowError",
  "quota-exceeded": "QuotaExceededError",
  "snapshot-mismatch": "SnapshotMismatchError",
  "too-large": "TooLargeError",
  "unavailable": "UnavailableError",
  "unknown-position": "UnknownPositionError",
  "unsupported-storage": "UnsupportedStorageError",
  "version-conflict": "VersionConflictError",
};

for (const [code, name] of Object.entries(names) as [ErrorCode, string][]) {
  Deno.test(`${name} has the code "${code}", its name, and its cause`, () => {
    const error = examples[code];
    assert(isAetherError(error) && isAetherError(error, code));
    assertEquals([error.name, error.code, error.cause], [name, code, cause]);
    assert(error instanceof AetherError && error instanceof Error);
    assertEquals(error.constructor, Reflect.get(errors, name));
  });
}

Deno.test("AetherError has no exported subclass outside of the table of this test", () => {
  const exported = Object.keys(errors).filter((name) => name !== "AetherError");
  assertEquals(exported.sort(), Object.values(names).sort());
});

const unknown = { namespace, actorId: "a", commitId: "c", isRetryable: true };
const conflict = { namespace, actorId: "a", expected: 0, actual: 1 };
const retries: [error: AetherError, isRetryable: boolean, reason: string][] = [
  [examples["unavailable"], true, "the storage may answer later"],
  [examples["overloaded"], true, "the queue may have room later"],
  [examples["outcome-unknown"], false, "the operation generated the commit id"],
  [new OutcomeUnknownError("message", unknown), true, "the commit id of the caller makes the repetition safe"],
  [new VersionConflictError({ ...conflict, attempts: 1, isCommand: true }), true, "the command decides again"],
  [new VersionConflictError(conflict), false, "the same append conflicts again"],
  [examples["quota-exceeded"], false, "the storage has to change"],
  [examples["events-expired"], false, "expired events stay expired"],
  [examples["aborted"], false, "the caller ended the call"],
  [examples["closed"], false, "the store stays closed"],
];

for (const [error, isRetryable, reason] of retries) {
  Deno.test(`${error.name}.isRetryable is ${isRetryable}, because ${reason}`, () => {
    assertEquals(error.isRetryable, isRetryable);
  });
}

const others: [value: unknown, reason: string][] = [
  [new Error("x"), "an Error"],
  [Object.assign(new Error("x"), { code: "version-conflict" }), "an Error with the code of an AetherError"],
  [{ code: "closed", message: "x" }, "an object with the code of an AetherError"],
  ["closed", "a string"],
  [undefined, "undefined"],
  [null, "null"],
  [
    new Proxy({}, {
      get: () => {
        throw new Error("no");
      },
    }),
    "a proxy whose traps throw",
  ],
];

for (const [value, reason] of others) {
  Deno.test(`isAetherError() is false for ${reason}`, () => {
    assertEquals(isAetherError(value), false);
    assertEquals(isAetherError(value, "closed"), false);
  });
}

Deno.test("isAetherError() distinguishes codes", () => {
  const error = new VersionConflictError({ namespace, actorId: "a", expected: 0, actual: 1 });
  assertEquals(isAetherError(error, "closed"), false);
  assertEquals(isAetherError(error, "version-conflict"), true);
});

Deno.test("isAetherError() recognises an error of another copy of the package", async () => {
  // A second instance of the module, as in a second copy of the package.
  const copy = await import("../../src/errors/aether_error.ts?copy");
  class ForeignError extends copy.AetherError {
    override readonly code = "closed";
  }
  const error = new ForeignError("closed elsewhere");
  assertEquals(error instanceof AetherError, false);
  assertEquals(isAetherError(error, "closed"), true);
});

const conflicts: [expected: number | "exists", actual: number, messagePart: string][] = [
  [0, 3, "expecting version 0: it is at version 3"],
  [7, 0, "expecting version 7: it has no events yet"],
  ["exists", 0, "expecting it to exist: it has no events yet"],
];

for (const [expected, actual, messagePart] of conflicts) {
  Deno.test(`VersionConflictError shows both versions: ${messagePart}`, () => {
    const { message } = new VersionConflictError({ namespace, actorId: "order.42", expected, actual });
    assert(message.startsWith(`Cannot append to "order.42" in namespace "prod.orders" ${messagePart}.`), message);
  });
}

Deno.test("EventsExpiredError shows where history begins, and how to read the remaining events", () => {
  const ofActor = new EventsExpiredError({ namespace, actorId: "order.42", firstAvailable: 8 });
  assert(ofActor.message.includes("below version 8. Read the remaining events with from: 8"), ofActor.message);
  const ofLog = new EventsExpiredError({ namespace, firstAvailable: undefined });
  assert(ofLog.message.includes('Read the remaining events with after: "oldest-available"'), ofLog.message);
});
