import { isAetherError } from "@flowmade-one/aether";

/**
 * Does something until it is done, over a backend whose time is so short that a busy machine may need several tries. It
 * has to be safe to repeat: an append has a commit id.
 */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!isAetherError(error, "unavailable") && !isAetherError(error, "outcome-unknown")) throw error;
    }
  }
}
