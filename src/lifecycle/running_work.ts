/** Counts running work, so that closing can wait for it. */
export class RunningWork {
  #count = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Counts one more piece of work. */
  begin(): void {
    this.#count++;
  }

  /** Counts one piece of work less. */
  end(): void {
    if (--this.#count > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when no work is running. */
  async whenIdle(): Promise<void> {
    if (this.#count === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }
}
