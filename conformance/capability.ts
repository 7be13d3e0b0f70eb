import type { CapabilityName, ConformanceHarness, Unsupported } from "./harness.ts";

/** What a harness gives for a need that it does not decline. */
export type Capability<N extends CapabilityName> = Exclude<ConformanceHarness[N], Unsupported | undefined>;

/**
 * What a harness has for a need. A storage for several backends at once serves for one after another too, and what is
 * said of it is said of its bus.
 */
export function capabilityOf<N extends CapabilityName>(harness: ConformanceHarness, need: N): ConformanceHarness[N] {
  const { reopen, sharedStorage, sharedBus } = harness;
  if (need === "sharedBus" && sharedBus === undefined) return sharedStorage as ConformanceHarness[N];
  if (need !== "reopen" || reopen !== undefined || typeof sharedStorage !== "function") return harness[need];
  return sharedStorage as ConformanceHarness[N];
}

/** Why a harness does not offer what cases need, if it does not. */
export function skipReason(harness: ConformanceHarness, need: CapabilityName): string | undefined {
  const offer = capabilityOf(harness, need);
  return typeof offer === "object" ? offer.reason : undefined;
}
