/** Helpers that wait for a state. No helper reads a clock: a machine that stops for seconds takes no turn meanwhile. */

/** Turns of the event loop, of 2 ms at least, after which {@link until} fails. */
const MAX_TURNS = 15_000;

/** Turns of the event loop within which a call ends if it waits for no timer and no other process. */
const TURNS = 20;

/** Waits until a condition is true. `condition` describes it in the error. */
export async function until(condition: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; !await isTrue(); turn++) {
    if (turn === MAX_TURNS) throw new Error(`Not true after ${MAX_TURNS} turns of the event loop: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Waits for turns of the event loop. */
export async function turns(count = TURNS): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * The result of a call that waits for no timer and no other process.
 *
 * @throws If the call has not ended after a few turns of the event loop, or rejects.
 */
export async function atOnce<T>(call: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = () => void (isSettled = true);
  call.then(settle, settle);
  for (let turn = 0; turn < TURNS && !isSettled; turn++) await turns(1);
  if (!isSettled) throw new Error(`The call has not ended after ${TURNS} turns of the event loop`);
  return await call;
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** A promise without a result, which rejects with the reason of a signal when the signal is aborted. */
export function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

/** Counts the turns of the event loop, until its disposal. */
export class TurnCounter implements Disposable {
  turn = 0;
  #next: ReturnType<typeof setImmediate>;

  constructor() {
    this.#next = setImmediate(() => this.#count());
  }

  [Symbol.dispose](): void {
    clearImmediate(this.#next);
  }

  #count(): void {
    this.turn++;
    this.#next = setImmediate(() => this.#count());
  }
}
