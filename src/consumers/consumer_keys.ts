import { refuseArgument } from "../checks/refuse_argument.ts";

/** The prefix of the keys of all consumers. */
export const CONSUMERS_PREFIX = "consumers.";

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Checks the name of a consumer. */
export function checkConsumerName(name: unknown): asserts name is string {
  if (typeof name === "string" && NAME.test(name)) return;
  refuseArgument("name", "1 to 64 characters of A-Z a-z 0-9 _ -", name);
}

/**
 * The prefix of the keys of one consumer. It is also the name of the service that the members of the consumer offer.
 */
export function prefixOf(name: string): string {
  return `${CONSUMERS_PREFIX}${name}.`;
}

/** The key of the definition of a consumer. */
export function definitionKey(name: string): string {
  return `${prefixOf(name)}definition`;
}

/** The key of one lane of a consumer. */
export function laneKey(name: string, lane: number): string {
  return `${prefixOf(name)}lanes.${lane}`;
}
