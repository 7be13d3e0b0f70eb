import type { BusEvent, NewEvent } from "@flowmade-one/aether";

/** A new event whose data is a number. */
export function viewed(n: number): NewEvent {
  return { type: "Viewed", data: { n } };
}

/** The reason of a test's grants. */
export const grantOptions = { reason: "test" };

/** The `n` of each event that a handler was called with. */
export function recorder(): { seen: unknown[]; handler: (event: BusEvent) => void } {
  const seen: unknown[] = [];
  return { seen, handler: (event) => void seen.push((event.data as { n: number }).n) };
}
