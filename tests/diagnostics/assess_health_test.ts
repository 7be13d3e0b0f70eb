import { assertEquals } from "@std/assert";
import {
  assessConsumer,
  assessStorage,
  type ConsumerHealth,
  type HealthStatus,
  summarizeConsumer,
  worstOf,
} from "../../src/diagnostics/assess_health.ts";
import type { BackendProbe } from "@flowmade-one/aether/observability";

const bounds = { maxRoundTrip: 100, maxClockSkew: 50, maxIdle: 1_000, maxUsage: 0.8 };
const idle = { open: 0, reconnecting: 0 };

const storages: readonly (readonly [of: string, probe: BackendProbe, codes: readonly string[], HealthStatus])[] = [
  ["a storage in memory", { roundTrip: 0, subscriptions: idle }, [], "pass"],
  ["a storage at the limit of the round trip", { roundTrip: 100, subscriptions: idle }, [], "pass"],
  ["a storage past the limit of the round trip", { roundTrip: 101, subscriptions: idle }, ["slow"], "warn"],
  ["a clock at the limit", { roundTrip: 0, clockSkew: -50, subscriptions: idle }, [], "pass"],
  ["a clock past the limit", { roundTrip: 0, clockSkew: -51, subscriptions: idle }, ["clock-skew"], "warn"],
  [
    "a clock past the limit by less than half a round trip",
    { roundTrip: 10, clockSkew: 55, subscriptions: idle },
    [],
    "pass",
  ],
  ["80 percent of the quota", { roundTrip: 0, usedBytes: 80, maxBytes: 100, subscriptions: idle }, [], "pass"],
  ["81 percent of the quota", { roundTrip: 0, usedBytes: 81, maxBytes: 100, subscriptions: idle }, ["quota"], "warn"],
  ["98 percent of the quota", { roundTrip: 0, usedBytes: 98, maxBytes: 100, subscriptions: idle }, ["quota"], "warn"],
  ["99 percent of the quota", { roundTrip: 0, usedBytes: 99, maxBytes: 100, subscriptions: idle }, ["quota"], "fail"],
  ["100 percent of the quota", { roundTrip: 0, usedBytes: 100, maxBytes: 100, subscriptions: idle }, ["quota"], "fail"],
  ["101 percent of the quota", { roundTrip: 0, usedBytes: 101, maxBytes: 100, subscriptions: idle }, ["quota"], "fail"],
  ["a quota of 0 bytes", { roundTrip: 0, usedBytes: 0, maxBytes: 0, subscriptions: idle }, [], "pass"],
  ["a storage without a quota", { roundTrip: 0, usedBytes: 1e15, subscriptions: idle }, [], "pass"],
  ["connected subscriptions", { roundTrip: 0, subscriptions: { open: 3, reconnecting: 0 } }, [], "pass"],
  ["a lost subscription", { roundTrip: 0, subscriptions: { open: 3, reconnecting: 1 } }, ["reconnecting"], "warn"],
];

for (const [of, probe, codes, status] of storages) {
  Deno.test(`assessStorage() of ${of}: ${status}`, () => {
    const reasons = assessStorage(probe, bounds);
    assertEquals([reasons.map(({ code }) => code), worstOf(reasons)], [codes, status]);
  });
}

const well: ConsumerHealth = { name: "mailer", lag: 0, waiting: 0, idle: 0, parked: 0, failed: 0, paused: false };

const consumers: readonly (readonly [of: string, facts: Partial<ConsumerHealth>, readonly string[], HealthStatus])[] = [
  ["an idle consumer", {}, [], "pass"],
  ["a consumer without progress and without lag", { idle: 1_001 }, [], "pass"],
  ["a consumer that catches up with old events", { lag: 5, waiting: 3_600_000, idle: 10 }, [], "pass"],
  ["a consumer at the bound", { lag: 5, idle: 1_000 }, [], "pass"],
  ["a consumer past the bound", { lag: 5, idle: 1_001 }, ["stalled"], "fail"],
  ["a paused consumer past the bound", { lag: 5, idle: 1_001, paused: true }, ["paused"], "warn"],
  ["a paused consumer without lag", { paused: true }, [], "pass"],
  ["a consumer with a failed lane", { failed: 1 }, ["failed"], "fail"],
  ["a paused consumer with a failed lane", { failed: 1, paused: true }, ["failed"], "warn"],
  ["a consumer with a parked actor", { parked: 1 }, ["parked"], "warn"],
];

for (const [of, facts, codes, status] of consumers) {
  Deno.test(`assessConsumer() of ${of}: ${status}`, () => {
    const reasons = assessConsumer({ ...well, ...facts }, bounds);
    assertEquals([reasons.map(({ code }) => code), worstOf(reasons)], [codes, status]);
  });
}

Deno.test("summarizeConsumer() adds lags and counts of all lanes, and returns the longest wait and idle time", () => {
  const lanes = [
    { state: "running", lag: { events: 2, milliseconds: 30 }, idle: 5, parked: 1 },
    { state: "failed", lag: { events: 3, milliseconds: 70 }, idle: 60, parked: 0 },
    { state: "running", lag: { events: 0, milliseconds: 900 }, idle: 0, parked: 2 },
  ];
  assertEquals(summarizeConsumer("mailer", { paused: false, lanes }), {
    name: "mailer",
    lag: 5,
    waiting: 70,
    idle: 5,
    parked: 3,
    failed: 1,
    paused: false,
  });
});
