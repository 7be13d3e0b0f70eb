import { assert, assertEquals } from "@std/assert";
import * as aether from "@flowmade-one/aether";
import {
  type ErrorCode,
  EventsExpiredError,
  isAetherError,
  parseNamespace,
  VersionConflictError,
} from "@flowmade-one/aether";

const namespace = parseNamespace("prod.orders");

/** Every class of error, with its code: what a program was written against never changes. */
const classes: Record<ErrorCode, string> = {
  "aborted": "AbortedError",
  "closed": "ClosedError",
  "snapshot-mismatch": "SnapshotMismatchError",
  "too-large": "TooLargeError",
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
  "queue-overflow": "QueueOverflowError",
  "quota-exceeded": "QuotaExceededError",
  "unknown-position": "UnknownPositionError",
  "unreachable": "UnavailableError",
  "unreadable": "CorruptDataError",
  "unsuitable-server": "UnsupportedStorageError",
  "version-conflict": "VersionConflictError",
};

for (const [code, name] of Object.entries(classes)) {
  Deno.test(`${name} has the code "${code}", its facts, and its cause`, () => {
    const Class = Reflect.get(aether, name);
    const facts = {
      text: "x",
      argument: "x",
      path: "x",
      bytes: 2,
      maxBytes: 1,
      namespace,
      actorId: "a",
      commitId: "c",
    };
    const cause = new Error("why");
    const error = code === "unknown-position"
      ? new Class(namespace, { cause })
      : code === "queue-overflow"
      ? new Class(5, { cause })
      : code === "version-conflict"
      ? new Class({ ...facts, expected: 1, actual: 2 }, { cause })
      : code === "evolve-failed"
      ? new Class({ ...facts, id: "e", type: "T", version: 3 }, "problem", { cause })
      : code === "snapshot-mismatch"
      ? new Class({ ...facts, version: 3, left: 1, right: 2 }, { cause })
      : code === "lookback-exhausted"
      ? new Class(facts, { cause })
      : code === "events-expired"
      ? new Class({ ...facts, firstAvailable: 3 }, { cause })
      : Class.length > 1 && !["AbortedError", "ClosedError"].includes(name)
      ? new Class("message", facts, { cause })
      : new Class("message", { cause });
    assert(isAetherError(error) && isAetherError(error, code as ErrorCode));
    assertEquals([error.name, error.code, error.cause], [name, code as ErrorCode, cause]);
    assert(error instanceof aether.AetherError && error instanceof Error);
  });
}

Deno.test("no error class is missing from the table", () => {
  const exported = Object.keys(aether).filter((name) =>
    name.endsWith("Error") && name !== "AetherError" && name !== "isAetherError"
  );
  assertEquals(exported.sort(), Object.values(classes).sort());
});

const others: [value: unknown, because: string][] = [
  [new Error("x"), "an error of another kind"],
  [Object.assign(new Error("x"), { code: "version-conflict" }), "an error with a code of ours"],
  [{ code: "closed", message: "x" }, "an object with a code of ours"],
  ["closed", "a text"],
  [undefined, "nothing"],
  [null, "null"],
];

for (const [value, because] of others) {
  Deno.test(`isAetherError does not take ${because}`, () => {
    assertEquals(isAetherError(value), false);
    assertEquals(isAetherError(value, "closed"), false);
  });
}

Deno.test("an error of another code is not taken for this one", () => {
  const error = new VersionConflictError({ namespace, actorId: "a", expected: 0, actual: 1 });
  assertEquals(isAetherError(error, "closed"), false);
  assertEquals(isAetherError(error, "version-conflict"), true);
});

Deno.test("an error of another copy of the package is recognised", async () => {
  // A second instance of the module, as a second copy of the package brings it.
  const copy = await import("../../src/errors/aether_error.ts?copy");
  class ForeignError extends copy.AetherError {
    override readonly code = "closed";
  }
  const error = new ForeignError("closed elsewhere");
  assertEquals(error instanceof aether.AetherError, false);
  assertEquals(isAetherError(error, "closed"), true);
});

const conflicts: [expected: number | "exists", actual: number, says: string][] = [
  [0, 3, "expecting version 0: it is at version 3"],
  [7, 0, "expecting version 7: it has no events yet"],
  ["exists", 0, "expecting it to exist: it has no events yet"],
];

for (const [expected, actual, says] of conflicts) {
  Deno.test(`a conflict says both sides: ${says}`, () => {
    const { message } = new VersionConflictError({ namespace, actorId: "order.42", expected, actual });
    assert(message.startsWith(`Cannot append to "order.42" in namespace "prod.orders" ${says}.`), message);
  });
}

Deno.test("expired events say where history begins, and how to read what is left", () => {
  const ofActor = new EventsExpiredError({ namespace, actorId: "order.42", firstAvailable: 8 });
  assert(ofActor.message.includes("below version 8. Read with from: 8"), ofActor.message);
  const ofLog = new EventsExpiredError({ namespace, firstAvailable: undefined });
  assert(ofLog.message.includes('Read with after: "expired"'), ofLog.message);
});
