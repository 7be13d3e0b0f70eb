import { isAetherError } from "@flowmade-one/aether";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ApiError, isTransient } from "../../../adapters/jetstream/api/api_error.ts";
import { toUserError } from "../../../adapters/jetstream/api/to_user_error.ts";
import { toRequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";

class NoResponders extends Error {
  override name = "NoResponders";
}

class Named extends Error {
  constructor(name: string) {
    super("message");
    this.name = name;
  }
}

Deno.test("toUserError() explains errors of any copy of nats.js, which it recognizes by their names", () => {
  const cases: [error: unknown, kind: string, code: string][] = [
    [new Error("no responders", { cause: new NoResponders() }), "no-responders", "unavailable"],
    [new Named("TimeoutError"), "no-reply", "unavailable"],
    [new Named("ClosedConnectionError"), "closed", "unavailable"],
    [new Named("DrainingConnectionError"), "closed", "unavailable"],
    [new Error("x", { cause: new Named("PermissionViolationError") }), "permission-denied", "unsupported-storage"],
    [new Error("x", { cause: new Named("InvalidArgumentError") }), "invalid", "unsupported-storage"],
    [new Named("InvalidSubjectError"), "invalid", "unsupported-storage"],
    ["a string", "no-reply", "unavailable"],
    [undefined, "no-reply", "unavailable"],
  ];
  for (const [error, kind, code] of cases) {
    const failure = toRequestFailure(error);
    assertEquals(failure.kind, kind);
    const explained = toUserError(`read "a"`, failure) as { code: string; message: string };
    assertEquals(explained.code, code);
    assert(explained.message.startsWith(`Cannot read "a"`));
  }
  const other = new Error("not the failure of a request");
  assertEquals(toUserError("x", other), other);
  assertNotEquals(toUserError("x", toRequestFailure(other)), other);
});

Deno.test("isTransient() accepts the error of an offline stream, and toUserError() makes it unavailable", () => {
  const error = new ApiError({ code: 500, err_code: 10118, description: "stream is offline" });
  assert(isTransient(error));
  const explained = toUserError("read", error);
  assert(isAetherError(explained, "unavailable"), String(explained));
});
