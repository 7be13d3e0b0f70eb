import { assertEquals } from "@std/assert";
import { SYSTEM_ENVIRONMENT } from "../../src/coordination/environment.ts";
import { RecordRequests, type RequestKind } from "../../src/coordination/record_requests.ts";

/** Requests in their order, and the numbers of the requests whose failures are reported. */
const reported: [rule: string, requests: [RequestKind, "ok" | "fails"][], reported: number[]][] = [
  ["a failure", [["read", "fails"]], [0]],
  ["only the first of two failures", [["read", "fails"], ["read", "fails"]], [0]],
  ["a failure after a success", [["read", "fails"], ["read", "ok"], ["read", "fails"]], [0, 2]],
  ["only the first of two kinds of failures", [["write", "fails"], ["read", "fails"]], [0]],
  [
    "only the first failed write if reads succeed in between",
    [["write", "fails"], ["read", "ok"], ["write", "fails"], ["read", "ok"], ["write", "fails"]],
    [0],
  ],
  [
    "a failed write after an outage of both kinds",
    [["write", "fails"], ["read", "fails"], ["read", "ok"], ["write", "ok"], ["write", "fails"]],
    [0, 4],
  ],
];

for (const [rule, requests, expected] of reported) {
  Deno.test(`RecordRequests.attempt() reports ${rule}`, async () => {
    const errors: unknown[] = [];
    const settings = { heartbeat: 60_000, onError: (error: unknown) => errors.push(error) };
    const sent = new RecordRequests(settings, SYSTEM_ENVIRONMENT);
    for (const [index, [kind, outcome]] of requests.entries()) {
      await sent.attempt(kind, () => outcome === "ok" ? Promise.resolve() : Promise.reject(index));
    }
    assertEquals(errors, expected);
  });
}
