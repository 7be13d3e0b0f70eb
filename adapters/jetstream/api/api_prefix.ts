import { refuseArgument } from "../../../adapter.ts";

/** The prefix of the subjects of JetStream's API in the account and the domain of the connected server. */
export const DEFAULT_API_PREFIX = "$JS.API";

/** Maximum number of characters in a domain or an API prefix. It keeps subjects far below the limits of a server. */
const MAX_LENGTH = 128;

const DOMAIN = /^[A-Za-z0-9_-]+$/;
const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/;

/** The JetStream that receives the requests; by default the JetStream of the connected server and account. */
export interface ApiTarget {
  /**
   * The JetStream domain: one token of `A-Z a-z 0-9 _ -`, 128 characters at most. A connection to a leaf node reaches
   * the JetStream of another domain with it.
   */
  readonly domain?: string | undefined;
  /**
   * The prefix of the subjects of JetStream's API, by default `$JS.API`: tokens joined by `.`, without wildcards, 128
   * characters at most. An account that imports the API of another account imports it under such a prefix. Not together
   * with `domain`.
   */
  readonly apiPrefix?: string | undefined;
}

/**
 * Checks the options, and returns the prefix of the subjects of the API, without a dot at its end.
 *
 * @throws {InvalidArgumentError} If an option is malformed, or both are present.
 */
export function apiPrefixOf({ domain, apiPrefix }: ApiTarget): string {
  if (domain !== undefined) {
    if (apiPrefix !== undefined) refuseArgument("apiPrefix", "omitted if domain is given", apiPrefix);
    check(domain, DOMAIN, "domain", "one token of A-Z a-z 0-9 _ -");
    return `$JS.${domain}.API`;
  }
  if (apiPrefix === undefined) return DEFAULT_API_PREFIX;
  check(apiPrefix, SUBJECT, "apiPrefix", "tokens joined by dots, without wildcards");
  return apiPrefix;
}

/** The domain in the prefix of the subjects of an API, if it has one. */
export function domainOf(apiPrefix: string): string | undefined {
  return /^\$JS\.([^.]+)\.API$/.exec(apiPrefix)?.[1];
}

function check(value: unknown, pattern: RegExp, argument: string, rule: string): void {
  if (typeof value === "string" && value.length <= MAX_LENGTH && pattern.test(value)) return;
  refuseArgument(argument, `${rule}, 1 to ${MAX_LENGTH} characters`, value);
}
