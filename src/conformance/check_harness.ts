import { quote } from "../error/quote.ts";
import type { ConformanceHarness, Need } from "./harness.ts";
import { offerOf } from "./offer.ts";

/** As an object, so that the compiler asks for each. */
const NEEDS: Readonly<Record<Need, true>> = {
  reopen: true,
  sharedStorage: true,
  sharedBus: true,
  records: true,
  retainCommits: true,
  retainBytes: true,
  retainAge: true,
  quotaCommits: true,
  quotaBytes: true,
};

/** Milliseconds: the longest that a timer can wait for. */
const MAX_PATIENCE = 2_147_483_647;

/**
 * Checks what the author of an adapter wrote, which need not have gone through a compiler.
 *
 * @throws {TypeError} A member is missing or is not what it must be; the message names it.
 */
export function checkHarness(harness: ConformanceHarness): void {
  if (typeof harness !== "object" || harness === null) {
    throw new TypeError(`Cannot make the cases: the harness must be an object, not ${quote(harness)}`);
  }
  if (typeof harness.open !== "function") refuse("open", harness.open, "must be a function that opens a backend");
  for (const need of Object.keys(NEEDS) as Need[]) checkOffer(need, offerOf(harness, need));
  const { patience } = harness;
  if (patience === undefined) return;
  if (!Number.isSafeInteger(patience) || patience < 1 || patience > MAX_PATIENCE) {
    refuse("patience", patience, `must be a whole number of milliseconds, 1 to ${MAX_PATIENCE}`);
  }
}

function checkOffer(need: Need, offer: unknown): void {
  if (typeof offer === "function") return;
  if (typeof offer !== "object" || offer === null) {
    refuse(need, offer, 'must be a function, or { reason: "..." } where the adapter cannot do it');
  }
  const { reason } = offer as { reason?: unknown };
  if (typeof reason !== "string" || reason.trim() === "") {
    refuse(`${need}.reason`, reason, "must be a sentence that says why the adapter cannot do it");
  }
}

function refuse(member: string, value: unknown, rule: string): never {
  throw new TypeError(`Cannot make the cases: the harness's ${member} ${rule}, not ${quote(value)}`);
}
