import { parseNamespace } from "@flowmade-one/aether";
import { VersionConflictError } from "@flowmade-one/aether/errors";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toProblem } from "../../../examples/booking/http/problem.ts";
import { MAX_BODY_BYTES } from "../../../examples/booking/limits.ts";
import type { Client } from "./client.ts";
import { start } from "./started.ts";

type Send = (north: Client, south: Client) => ReturnType<Client["send"]>;

const put = (body: unknown): Send => (north) => north.send("PUT", "/screenings/new", body);
const key = (key: string): Send => (north) => north.topUp("ann", 100, key);
const SCREENING = { title: "Alien", seats: 3, price: 900 };

const refused: [testCase: string, send: Send, status: number, code: string, message: string][] = [
  ["no body", put(undefined), 400, "bad-request", "The body is not JSON"],
  ["half a body", put(`{"title":`), 400, "bad-request", "The body is not JSON"],
  ["an array", put([1]), 400, "bad-request", "The body must be an object"],
  ["null", put("null"), 400, "bad-request", "The body must be an object"],
  ["a missing field", put({ ...SCREENING, title: undefined }), 400, "bad-request", `"title" must be a string`],
  ["a title of spaces", put({ ...SCREENING, title: "  " }), 400, "bad-request", `"title" must be a string`],
  [
    "a title of 201 characters",
    put({ ...SCREENING, title: "a".repeat(201) }),
    400,
    "bad-request",
    "1 to 200 characters",
  ],
  ["an unpaired surrogate", put(`{"title":"\\ud800","seats":3,"price":9}`), 400, "bad-request", `"title"`],
  ["zero seats", put({ ...SCREENING, seats: 0 }), 400, "bad-request", `"seats" must be a whole number from 1 to 1000`],
  ["one seat too many", put({ ...SCREENING, seats: 1001 }), 400, "bad-request", `"seats"`],
  ["a fraction of a cent", put({ ...SCREENING, price: 0.5 }), 400, "bad-request", `"price"`],
  ["a number as a string", put({ ...SCREENING, price: "900" }), 400, "bad-request", `"price"`],
  ["an unknown field", put({ ...SCREENING, sets: 3 }), 400, "bad-request", `"sets" is not a field`],
  [
    "__proto__",
    put(`{"__proto__":1,"title":"a","seats":3,"price":9}`),
    400,
    "bad-request",
    `"__proto__" is not a field`,
  ],
  ["a body one byte too long", put(" ".repeat(MAX_BODY_BYTES + 1)), 413, "too-large", "10000 bytes"],
  ["a body of spaces at the limit", put(" ".repeat(MAX_BODY_BYTES)), 400, "bad-request", "The body is not JSON"],
  ["a customer with a dot", (n) => n.book("s", "a.b"), 400, "bad-request", `"customer" must be 1 to 64 of`],
  ["a customer that is a wildcard", (n) => n.topUp("*", 5), 400, "bad-request", `"customer"`],
  ["a customer that is one character too long", (n) => n.topUp("a".repeat(65), 5), 400, "bad-request", `"customer"`],
  ["an encoded dot in a path", (n) => n.get("/screenings/a%2Eb"), 400, "bad-request", `"screening"`],
  ["an encoded slash in a path", (n) => n.get("/screenings/a%2Fb"), 400, "bad-request", `"screening"`],
  ["a broken percent-encoding in a path", (n) => n.get("/screenings/%E0%A4%A"), 400, "bad-request", `"screening"`],
  ["a key with a space", key("a b"), 400, "bad-request", "Idempotency-Key must be 1 to 100"],
  ["a key that is one character too long", key("k".repeat(101)), 400, "bad-request", "Idempotency-Key"],
  ["an empty key", key(""), 400, "bad-request", "Idempotency-Key"],
  [
    "a wrong position in atLeast",
    (n) => n.get("/screenings?atLeast=12"),
    400,
    "bad-request",
    'Cannot use "12" as a position',
  ],
  ["a wrong pattern", (n) => n.get("/feed?actors=a.>.b"), 400, "bad-request", "the last token only"],
  ["a wrong position in after", (n) => n.get("/feed?after=yesterday"), 400, "bad-request", 'Cannot use "yesterday"'],
  [
    "a wrong Last-Event-ID",
    (n) => n.send("GET", "/feed", undefined, { "last-event-id": "x" }),
    400,
    "bad-request",
    'Cannot use "x" as a position',
  ],
  [
    "a position beyond the end of the log",
    (n) => n.get("/feed?after=5f3a9c1e07b2-1000009999999999"),
    410,
    "unknown-position",
    "Begin again",
  ],
  ["an unknown screening", (n) => n.get("/screenings/none"), 404, "no-such-screening", "no such screening"],
  ["a booking of an unknown screening", (n) => n.book("none", "ann"), 404, "no-such-screening", "no such screening"],
  ["a price of an unknown screening", (n) => n.setPrice("none", 5, 1), 404, "no-such-screening", "no such screening"],
  [
    "an unknown seat",
    async (n) => (await n.open("two", 2), await n.book("two", "a", 3)),
    404,
    "no-such-seat",
    "1 to 2",
  ],
  ["an unknown path", (n) => n.get("/films"), 404, "not-found", "/north/films"],
  ["an unknown method", (n) => n.send("DELETE", "/screenings/two"), 405, "method-not-allowed", "allows GET, PUT"],
];

Deno.test("router() responds to an invalid request with a status, a code and a detail", async (t) => {
  await using started = await start();
  for (const [testCase, send, status, code, message] of refused) {
    await t.step(testCase, async () => {
      const { status: actual, headers, body } = await send(started.north, started.south);
      assertEquals([actual, body.status, body.code], [status, status, code]);
      assertStringIncludes(body.detail, message);
      if (message.startsWith("Cannot")) assert(body.detail.startsWith(message), body.detail);
      assertEquals(headers.get("content-type"), "application/problem+json");
    });
  }
  assertEquals(started.reports, []);
});

Deno.test("toProblem() maps a conflict at version 0 to version-conflict", () => {
  const namespace = parseNamespace("booking.north");
  const conflict = new VersionConflictError({ namespace, actorId: "wallet.ann", expected: 3, actual: 0 });
  const { status, code, extensions } = toProblem(conflict);
  assertEquals([status, code, extensions], [409, "version-conflict", { expected: 3, actual: 0 }]);
});

const tenants: [testCase: string, path: string, status: number, message: string][] = [
  ["an unknown tenant", "/west/screenings", 404, `no tenant "west"`],
  ["a tenant's name in another case", "/North/screenings", 404, `no tenant "North"`],
  ["two tokens", "/north.south/screenings", 400, "contains a dot"],
  ["a wildcard", "/*/screenings", 400, "wildcard"],
  ["an encoded wildcard", "/%3E/screenings", 400, "not made of A-Z"],
  ["an encoded path to a parent", "/north%2F..%2Fsouth/screenings", 400, "not made of A-Z"],
  ["no tenant", "/screenings", 404, "nothing at"],
  ["a tenant only", "/north", 404, "nothing at"],
];

Deno.test("router() finds known tenants only", async (t) => {
  await using started = await start();
  for (const [testCase, path, status, message] of tenants) {
    await t.step(testCase, async () => {
      const response = await fetch(`${started.service.url}${path}`);
      const { detail } = await response.json();
      assertEquals(response.status, status);
      assertStringIncludes(detail, message);
    });
  }
});

Deno.test("router() returns a key for a request without one", async () => {
  await using started = await start();
  const first = await started.north.topUp("ann", 100);
  const key = first.headers.get("idempotency-key");
  assert(key !== null);
  const again = await started.north.topUp("ann", 100, key);
  assertEquals([again.body.repeated, again.body.balance], [true, 100]);
});

Deno.test("commitIdOf() makes no commit id of a payment", async () => {
  await using started = await start();
  const { north } = started;
  await north.open("s", 2, 900);
  await north.topUp("ann", 1_000);
  const { body: held } = await north.book("s", "ann");
  using feed = await north.feed(`?after=${held.position}`);
  await feed.until("SeatSold");
  const booked = await north.book("s", "bob", 2, `settle-${held.hold}`);
  assertEquals([booked.status, booked.body.repeated], [201, false]);
  const toppedUp = await north.topUp("ann", 1, `charge-${held.hold}`);
  assertEquals([toppedUp.status, toppedUp.body.repeated], [201, false]);
});
