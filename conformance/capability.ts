import type { CapabilityName, ConformanceHarness, Unsupported } from "./harness.ts";

/** The value of a harness for a capability that it supports. */
export type Capability<N extends CapabilityName> = Exclude<ConformanceHarness[N], Unsupported | undefined>;

/**
 * The value of a harness for a capability. If a harness lacks `reopen` or `sharedBus`, its `sharedStorage` is used
 * for the cases of that capability.
 */
export function capabilityOf<N extends CapabilityName>(harness: ConformanceHarness, need: N): ConformanceHarness[N] {
  const { reopen, sharedStorage, sharedBus } = harness;
  if (need === "sharedBus" && sharedBus === undefined) return sharedStorage as ConformanceHarness[N];
  if (need !== "reopen" || reopen !== undefined || typeof sharedStorage !== "function") return harness[need];
  return sharedStorage as ConformanceHarness[N];
}

/** The reason why a harness does not support a capability; `undefined` if it does. */
export function skipReason(harness: ConformanceHarness, need: CapabilityName): string | undefined {
  const offer = capabilityOf(harness, need);
  return typeof offer === "object" ? offer.reason : undefined;
}
