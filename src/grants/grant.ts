import type { NamespacePattern } from "../values/pattern.ts";
import type { Brand } from "../base/brand.ts";

/**
 * An unforgeable value that lets its holder list the namespaces of a pattern and receive their bus events.
 * `backend.grant` creates it, and it is valid only with that backend. Its holder can pass on a narrower grant by
 * {@link Grant.narrow}, never a wider one.
 */
export interface Grant extends Brand<"grant"> {
  /** The pattern of the namespaces that the grant covers. */
  readonly pattern: NamespacePattern;
  /** The purpose of the grant, for audits. */
  readonly reason: string;
  /**
   * Makes a narrower grant.
   *
   * @param pattern Must be covered by this grant's pattern; see `patternCovers`.
   * @returns A grant with the same reason, of the same backend.
   * @throws {InvalidPatternError} If `pattern` is not a pattern over namespaces.
   * @throws {InvalidGrantError} If this grant does not cover `pattern`.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const grant = memory().grant("prod.>", { reason: "audit log" });
   * assertEquals(grant.narrow("prod.*.eu").pattern, "prod.*.eu");
   * assertThrows(() => grant.narrow("test.>"));
   * ```
   */
  narrow(pattern: string): Grant;
}

/** One use of a grant, as the audit hook receives it. */
export interface GrantUse {
  /** The grant's pattern. */
  readonly pattern: NamespacePattern;
  /** The grant's reason. */
  readonly reason: string;
  /** The method that used the grant. */
  readonly operation: "namespaces" | "observe" | "subscriberCounts";
}
