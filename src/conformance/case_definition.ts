import type { Need } from "./harness.ts";
import type { Invariant } from "./invariants.ts";
import type { Scene } from "./scene.ts";

/** One behaviour of the port, before it is bound to an adapter. */
export interface CaseDefinition {
  /** A sentence that is true of every adapter. */
  readonly name: string;
  /** The promise that it checks. */
  readonly protects: Invariant;
  /** What it needs of the harness beside `open`. */
  readonly needs?: Need | undefined;
  /** Rejects where the sentence is not true. */
  readonly run: (scene: Scene) => Promise<void>;
}
