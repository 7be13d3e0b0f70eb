import type { BatchSettings } from "./event_batches.ts";

/** The options of a projection, checked and with defaults. */
export interface ProjectionSettings extends BatchSettings {
  readonly after: "start" | "oldest-available";
  readonly onError: ((error: unknown) => void) | undefined;
}
