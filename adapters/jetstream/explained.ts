import { explainFailure } from "./request_failure.ts";

/** Waits, and tells failures as errors of this module. */
export async function explained<T>(attempt: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw explainFailure(attempt, error);
  }
}

/** Gives what an iteration gives, and tells failures as errors of this module. */
export async function* explainedEach<T>(attempt: string, items: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* items;
  } catch (error) {
    throw explainFailure(attempt, error);
  }
}
