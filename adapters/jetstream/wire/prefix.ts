import { refuseArgument } from "../../../adapter.ts";

const PREFIX = /^[A-Za-z0-9_-]{1,32}$/;
/** The default prefix of every subject. */
export const DEFAULT_PREFIX = "aether";

/** @throws {InvalidArgumentError} If a value is not a valid prefix of subjects. */
export function checkPrefix(prefix: unknown): void {
  if (typeof prefix === "string" && PREFIX.test(prefix)) return;
  refuseArgument("prefix", "one token of 1 to 32 characters A-Z a-z 0-9 _ -", prefix);
}
