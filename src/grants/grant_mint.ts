import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { InvalidGrantError } from "../errors/invalid_grant_error.ts";
import { quote } from "../base/quote.ts";
import { isPromise } from "../lifecycle/operation.ts";
import { MAX_REASON_LENGTH } from "../base/limits.ts";
import { parseNamespacePattern } from "../values/parse_pattern.ts";
import type { NamespacePattern } from "../values/pattern.ts";
import { patternCovers } from "../values/pattern_covers.ts";
import type { Grant, GrantUse } from "./grant.ts";

// Captured when this module is loaded: code that later replaces a method of WeakSet cannot forge a grant.
const { apply } = Reflect;
const { add, has } = WeakSet.prototype;

/**
 * Mints the grants of one backend and recognises them. A value is a grant only if it is in the set of objects that this
 * mint has made. A copy of a grant is therefore no grant, and no constructor makes one.
 */
export class GrantMint {
  readonly #minted: WeakSet<object> = new WeakSet();
  readonly #onUsed: ((use: GrantUse) => void) | undefined;

  constructor(onUsed: ((use: GrantUse) => void) | undefined) {
    this.#onUsed = onUsed;
  }

  /** See `Backend.grant`. */
  mint(pattern: string, reason: unknown): Grant {
    const parsed = parseNamespacePattern(pattern);
    if (typeof reason !== "string" || reason.trim() === "" || reason.length > MAX_REASON_LENGTH) {
      refuseArgument("reason", `a string of 1 to ${MAX_REASON_LENGTH} characters that say why, for audits`, reason);
    }
    return this.#make(parsed, reason);
  }

  /**
   * Checks that a value is a grant of this mint, and reports its use to the hook `onGrantUsed`.
   *
   * @throws {InvalidGrantError} If the value is not a grant of this mint.
   * @throws {InvalidArgumentError} If the hook returns a promise.
   * @throws The error of the hook, which refuses the use by throwing.
   */
  use(value: unknown, operation: GrantUse["operation"]): Grant {
    if (typeof value !== "object" || value === null || !apply(has, this.#minted, [value])) {
      throw new InvalidGrantError(
        `Cannot use ${quote(value)} as a grant: this backend did not create it. Call grant(pattern, { reason }) of ` +
          `the backend`,
      );
    }
    const grant = value as Grant;
    const onUsed = this.#onUsed; // Called as a function: as a method, the hook would receive the mint as `this`.
    const result: unknown = onUsed?.({ pattern: grant.pattern, reason: grant.reason, operation });
    if (isPromise(result)) {
      Promise.resolve(result).catch(() => {}); // A later rejection cannot refuse the use.
      throw new InvalidArgumentError("onGrantUsed must not return a promise. To refuse a use, throw before returning", {
        argument: "onGrantUsed",
      });
    }
    return grant;
  }

  #make(pattern: NamespacePattern, reason: string): Grant {
    const narrow = (inner: string) => this.#make(checkCovered(pattern, parseNamespacePattern(inner)), reason);
    const grant = Object.freeze({ pattern, reason, narrow }) as Grant;
    apply(add, this.#minted, [grant]);
    return grant;
  }
}

function checkCovered(outer: NamespacePattern, inner: NamespacePattern): NamespacePattern {
  if (patternCovers(outer, inner)) return inner;
  throw new InvalidGrantError(
    `Cannot narrow the grant for "${outer}" to "${inner}": "${inner}" covers more namespaces`,
  );
}
