import { abortable } from "../util/abortable.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "../util/environment.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** Milliseconds between two checks for progress, while a task waits. */
const CHECK_INTERVAL_MS = 100;
/** Consecutive checks without progress after which all tasks count as stalled. A single check may itself be late. */
const MAX_IDLE_CHECKS = 3;

/** A task that has a permit. */
interface Holder {
  /** The number of tasks that had begun when this task made progress last. */
  begun: number;
  /** The number of tasks that have begun since then and ended. */
  overtaken: number;
}

/** A task that waits for a permit. */
interface Waiter {
  readonly began: number;
  readonly resolve: () => void;
  readonly reject: (failure: RequestFailure) => void;
}

/**
 * A counting semaphore that the namespaces of a backend share. It bounds the number of answers in flight on the
 * connection.
 *
 * Namespaces get permits in turn, so that a long queue of one namespace does not delay another. A stalled task loses
 * its permit and continues without it, so that a stream that does not answer delays no other stream.
 *
 * Answers arrive over one connection, nearly in the order of the requests. With `n` permits, a task counts as stalled
 * when `n` tasks that began after its last progress have ended. All tasks count as stalled when no task makes progress
 * for a while.
 */
export class FairSemaphore {
  readonly #permits: number;
  readonly #timeout: number;
  readonly #clock: Pick<Environment, "now">;
  readonly #holders: Set<Holder> = new Set();
  /** By namespace, in the order of their turns. */
  readonly #waiting: Map<string, Set<Waiter>> = new Map();
  #free: number;
  /** The number of tasks that have begun. */
  #begun = 0;
  /** The time at which any task made progress last. */
  #progress = 0;
  /** The number of consecutive checks that found no progress. */
  #idleChecks = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param permits Maximum number of tasks that have a permit at the same time.
   * @param timeout Milliseconds without progress of any task after which waiters fail.
   */
  constructor(permits: number, timeout: number, clock: Pick<Environment, "now"> = SYSTEM_ENVIRONMENT) {
    this.#permits = permits;
    this.#free = permits;
    this.#timeout = timeout;
    this.#clock = clock;
  }

  /**
   * Waits for a permit, then runs a task.
   *
   * @param work The task. It calls `progress` whenever it receives an answer.
   * @throws {RequestFailure} If no task makes progress for the whole timeout.
   * @throws The reason of the signal, if it is aborted before the task begins.
   */
  async run<T>(
    namespace: string,
    signal: AbortSignal | undefined,
    work: (progress: () => void) => Promise<T>,
  ): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(namespace, signal);
    const number = ++this.#begun;
    const holder: Holder = { begun: number, overtaken: 0 };
    this.#holders.add(holder);
    try {
      const result = await work(() => this.#recordProgress(holder));
      this.#recordProgress(holder);
      return result;
    } finally {
      this.#end(holder, number);
    }
  }

  /** Revokes all permits, or fails waiters, when no task makes progress. Runs while a task waits. */
  check(): void {
    if (++this.#idleChecks >= MAX_IDLE_CHECKS) {
      this.#idleChecks = 0;
      for (const holder of [...this.#holders]) this.#revoke(holder);
    }
    const oldest = this.#clock.now() - this.#timeout;
    if (this.#progress > oldest) return;
    for (const { began, reject } of [...this.#waiting.values()].flatMap((waiters) => [...waiters])) {
      if (began <= oldest) reject(new RequestFailure("no-reply", new Error("the server does not answer")));
    }
  }

  #recordProgress(holder: Holder): void {
    holder.begun = this.#begun;
    holder.overtaken = 0;
    this.#progress = this.#clock.now();
    this.#idleChecks = 0;
  }

  #end(ended: Holder, number: number): void {
    this.#revoke(ended);
    for (const holder of [...this.#holders]) {
      if (holder.begun < number && ++holder.overtaken >= this.#permits) this.#revoke(holder);
    }
  }

  #revoke(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#release();
  }

  async #wait(namespace: string, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { began: this.#clock.now(), resolve, reject };
    const waiters = this.#waiting.get(namespace) ?? new Set();
    this.#waiting.set(namespace, waiters.add(waiter));
    if (this.#timer === undefined) {
      this.#idleChecks = 0;
      this.#timer = setInterval(() => this.check(), CHECK_INTERVAL_MS);
    }
    try {
      await abortable(promise, signal);
    } catch (error) {
      // The task may have received a permit just before.
      if (!this.#remove(namespace, waiter)) this.#release();
      throw error;
    }
  }

  /** Gives a permit to the next namespace in turn. */
  #release(): void {
    const [turn] = this.#waiting;
    if (turn === undefined) {
      this.#free++;
      return;
    }
    const [namespace, waiters] = turn;
    const [waiter] = waiters;
    this.#remove(namespace, waiter!);
    if (waiters.size > 0) {
      this.#waiting.delete(namespace);
      this.#waiting.set(namespace, waiters);
    }
    waiter!.resolve();
  }

  /** Returns whether the task was waiting. */
  #remove(namespace: string, waiter: Waiter): boolean {
    const waiters = this.#waiting.get(namespace);
    if (!waiters?.delete(waiter)) return false;
    if (waiters.size === 0) this.#waiting.delete(namespace);
    if (this.#waiting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return true;
  }
}
