import { isAetherError } from "@flowmade-one/aether";

/**
 * Repeats an operation while it fails with `unavailable` or `outcome-unknown`. For tests whose backend has a short
 * `timeout`, which a busy machine may exceed. The operation must be safe to repeat: an append needs a commit id.
 */
export async function retryTransient<T>(operation: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await operation();
    } catch (error) {
      if (!isAetherError(error, "unavailable") && !isAetherError(error, "outcome-unknown")) throw error;
    }
  }
}
