import { ALL_CASES } from "./all_cases.ts";
import type { CaseDefinition } from "./case_definition.ts";
import { checkHarness } from "./check_harness.ts";
import { ConformanceFailure } from "./conformance_failure.ts";
import type { CapabilityName, ConformanceHarness } from "./harness.ts";
import { INVARIANTS } from "./invariants.ts";
import { skipReason } from "./capability.ts";
import { CaseContext } from "./case_context.ts";
import { formatValue } from "../src/base/format_value.ts";

/** One behaviour of all adapters, ready to run on one of them. */
export interface ConformanceCase {
  /**
   * The tested symbol and its behaviour, as a sentence that is true of every adapter. No two cases have the same name.
   */
  readonly name: string;
  /** The name, followed by the reason if the case is skipped. Pass the title to the test framework, which prints it. */
  readonly title: string;
  /** The invariant that the case checks, as a sentence. */
  readonly protects: string;
  /** The capability that the case requires besides `open`, if any. */
  readonly needs?: CapabilityName | undefined;
  /** The reason why the case cannot run, as the harness states it; absent if the case can run. */
  readonly skip?: string | undefined;
  /**
   * Runs the case on its own backends and namespaces. Cases can run at the same time. The function needs no `this`.
   *
   * @throws {ConformanceFailure} If the adapter behaves differently. The message contains the expected and the actual
   * value.
   */
  readonly run: () => Promise<void>;
}

/**
 * The behaviour of an event store as data: one case for each sentence that is true of every adapter. The cases use no
 * test framework and do no I/O of their own. Any framework of any runtime can run them.
 *
 * @param harness Opens backends of the adapter: see {@link ConformanceHarness}.
 * @returns All cases. A case whose capability the harness declines has a `skip`.
 * @throws {TypeError} If a member of the harness is missing, or declined without a reason; the message names it.
 *
 * @example
 * ```ts
 * import { conformanceCases, type ConformanceHarness } from "@flowmade-one/aether/conformance";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assert } from "@std/assert";
 *
 * const reason = "this adapter cannot do it yet";
 * const harness: ConformanceHarness = {
 *   open: (options) => memory(options),
 *   reopen: { reason },
 *   sharedStorage: { reason },
 *   records: { reason },
 *   calls: { reason },
 *   retainCommits: { reason },
 *   retainBytes: { reason },
 *   retainAge: { reason },
 *   quotaCommits: { reason },
 *   quotaBytes: { reason },
 * };
 * const [first, ...others] = conformanceCases(harness);
 * await first?.run();
 * assert(others.some(({ title, skip }) => skip === reason && title.endsWith(`(skipped: ${reason})`)));
 * ```
 */
export function conformanceCases(harness: ConformanceHarness): readonly ConformanceCase[] {
  checkHarness(harness);
  return ALL_CASES.map((definition) => bind(definition, harness));
}

function bind(definition: CaseDefinition, harness: ConformanceHarness): ConformanceCase {
  const { name, requires: needs } = definition;
  const skip = needs === undefined ? undefined : skipReason(harness, needs);
  return Object.freeze({
    name,
    title: skip === undefined ? name : `${name} (skipped: ${skip})`,
    protects: INVARIANTS[definition.invariant],
    needs,
    skip,
    run: () => run(definition, harness),
  });
}

async function run(definition: CaseDefinition, harness: ConformanceHarness): Promise<void> {
  try {
    await new CaseContext(harness).run(definition.run);
  } catch (cause) {
    const problem = cause instanceof ConformanceFailure ? cause.message : `An unexpected error: ${formatValue(cause)}`;
    throw new ConformanceFailure(`${definition.name}.\n${problem}\nInvariant: ${INVARIANTS[definition.invariant]}.`, {
      cause,
    });
  }
}
