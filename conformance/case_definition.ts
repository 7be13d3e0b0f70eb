import type { CapabilityName } from "./harness.ts";
import type { Invariant } from "./invariants.ts";
import type { CaseContext } from "./case_context.ts";

/** One behaviour of all adapters, without a harness. */
export interface CaseDefinition {
  /** The tested symbol and its behaviour, as a sentence that is true of every adapter. */
  readonly name: string;
  /** The invariant that the case checks. */
  readonly invariant: Invariant;
  /** The capability that the case requires besides `open`. */
  readonly requires?: CapabilityName | undefined;
  /** Rejects if the sentence is not true. */
  readonly run: (context: CaseContext) => Promise<void>;
}
