import type { ConformanceHarness, Need, NotOffered } from "./harness.ts";

/** What a harness gives for a need that it does not decline. */
export type Offer<N extends Need> = Exclude<ConformanceHarness[N], NotOffered | undefined>;

/**
 * What a harness has for a need. A storage for several backends at once serves for one after another too, and what is
 * said of it is said of its bus.
 */
export function offerOf<N extends Need>(harness: ConformanceHarness, need: N): ConformanceHarness[N] {
  const { reopen, sharedStorage, sharedBus } = harness;
  if (need === "sharedBus" && sharedBus === undefined) return sharedStorage as ConformanceHarness[N];
  if (need !== "reopen" || reopen !== undefined || typeof sharedStorage !== "function") return harness[need];
  return sharedStorage as ConformanceHarness[N];
}

/** Why a harness does not offer what cases need, if it does not. */
export function reasonToSkip(harness: ConformanceHarness, need: Need): string | undefined {
  const offer = offerOf(harness, need);
  return typeof offer === "object" ? offer.reason : undefined;
}
