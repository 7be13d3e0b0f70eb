/**
 * The behaviour of an event store as data: an adapter that passes every case behaves like every other adapter.
 *
 * @example Every case of an adapter, on any runtime
 * ```ts
 * import { conformanceCases } from "@flowmade-one/aether/conformance";
 * import { memory } from "@flowmade-one/aether/memory";
 *
 * const cases = conformanceCases({
 *   open: (options) => memory(options),
 *   reopen: { reason: "data in memory ends with its backend" },
 *   sharedStorage: { reason: "two backends in memory share nothing" },
 *   records: { reason: "two drivers in memory share nothing" },
 *   calls: { reason: "two drivers in memory share nothing" },
 *   retainCommits: (maxCommits) => memory({ retention: { maxCommits } }),
 *   retainBytes: (maxBytes) => memory({ retention: { maxBytes } }),
 *   retainAge: () => {
 *     let time = 1_767_225_600_000;
 *     const backend = memory({ retention: { maxAge: 1_000 }, now: () => time });
 *     return { backend, advanceTime: (lifetimes) => void (time += lifetimes * 1_000) };
 *   },
 *   quotaCommits: (maxCommits) => memory({ quota: { maxCommits } }),
 *   quotaBytes: (maxBytes) => memory({ quota: { maxBytes } }),
 * });
 * for (const { title, skip, run } of cases) {
 *   if (skip === undefined) await run();
 *   else console.log(title); // "... (skipped: two backends in memory share nothing)"
 * }
 * ```
 *
 * @example The same as tests of Deno, which prints the titles of ignored tests
 * ```ts ignore
 * for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });
 * ```
 *
 * @module
 */
export type { Backend, BackendOptions } from "../src/backend/backend.ts";
export { type ConformanceCase, conformanceCases } from "./conformance_cases.ts";
export { ConformanceFailure } from "./conformance_failure.ts";
export type {
  AgingBackend,
  BackendFactory,
  CapabilityName,
  ConformanceHarness,
  OpenDriver,
  Supported,
  Unsupported,
} from "./harness.ts";
