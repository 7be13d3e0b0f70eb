import { EventsExpiredError } from "../../../errors.ts";

/**
 * Iterates over a log from the oldest commit that has not expired. If commits expire before the first item is returned,
 * the iteration starts again. If the next attempt fails at the same commit, its error is thrown: a commit that has not
 * expired is missing.
 *
 * @param start Finds the oldest commit, and iterates over the log from there.
 */
export async function* restartAtOldest<T>(start: () => AsyncIterable<T>): AsyncGenerator<T, void, void> {
  let failure: EventsExpiredError | undefined;
  while (true) {
    let isStarted = false;
    try {
      for await (const item of start()) {
        isStarted = true;
        yield item;
      }
      return;
    } catch (error) {
      if (isStarted || !(error instanceof EventsExpiredError)) throw error;
      if (failure !== undefined && error.firstAvailable === failure.firstAvailable) throw error;
      failure = error;
    }
  }
}
