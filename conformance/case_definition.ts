import type { CapabilityName } from "./harness.ts";
import type { Invariant } from "./invariants.ts";
import type { CaseContext } from "./case_context.ts";

/** One behaviour of the port, before it is bound to an adapter. */
export interface CaseDefinition {
  /** A sentence that is true of every adapter. */
  readonly name: string;
  /** The promise that it checks. */
  readonly invariant: Invariant;
  /** The capability that it requires beside `open`. */
  readonly requires?: CapabilityName | undefined;
  /** Rejects where the sentence is not true. */
  readonly run: (scene: CaseContext) => Promise<void>;
}
