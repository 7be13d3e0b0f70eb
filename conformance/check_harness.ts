import { quote } from "../src/base/quote.ts";
import type { CapabilityName, ConformanceHarness } from "./harness.ts";
import { capabilityOf } from "./capability.ts";

/** The names of all capabilities, as an object, so that the compiler requires each name. */
const CAPABILITIES: Readonly<Record<CapabilityName, true>> = {
  reopen: true,
  sharedStorage: true,
  sharedBus: true,
  records: true,
  calls: true,
  retainCommits: true,
  retainBytes: true,
  retainAge: true,
  quotaCommits: true,
  quotaBytes: true,
};

/** The longest delay of a timer, in milliseconds. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/**
 * Checks a harness, which may come from code without types.
 *
 * @throws {TypeError} If a member is missing or invalid; the message names it.
 */
export function checkHarness(harness: ConformanceHarness): void {
  if (typeof harness !== "object" || harness === null) {
    throw new TypeError(`Cannot make the cases: the harness must be an object, not ${quote(harness)}`);
  }
  if (typeof harness.open !== "function") refuse("open", harness.open, "a function that opens a backend");
  for (const name of Object.keys(CAPABILITIES) as CapabilityName[]) checkCapability(name, capabilityOf(harness, name));
  const { timeout } = harness;
  if (timeout === undefined) return;
  if (!Number.isSafeInteger(timeout) || timeout < 1 || timeout > MAX_TIMEOUT_MS) {
    refuse("timeout", timeout, `a whole number of milliseconds, 1 to ${MAX_TIMEOUT_MS}`);
  }
}

function checkCapability(name: CapabilityName, capability: unknown): void {
  if (typeof capability === "function") return;
  if (typeof capability !== "object" || capability === null) {
    refuse(name, capability, 'a function, or { reason: "..." } if the adapter lacks the capability');
  }
  const { reason } = capability as { reason?: unknown };
  if (typeof reason !== "string" || reason.trim() === "") {
    refuse(`${name}.reason`, reason, "a sentence that says why the adapter lacks the capability");
  }
}

function refuse(member: string, value: unknown, wanted: string): never {
  throw new TypeError(`Cannot make the cases: the harness's ${member} is ${quote(value)}. It must be ${wanted}`);
}
