import type { Environment } from "../coordination/environment.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import { OPENED, PROTOCOL_VERSION } from "../coordination/opening.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { UnavailableError } from "../errors/unavailable_error.ts";
import { UnsupportedStorageError } from "../errors/unsupported_storage_error.ts";

/** Maximum duration of joining, in sessions. */
const JOIN_TIMEOUT = 2;

/** Waits until other processes can see the session of this process. */
export class SessionStart {
  readonly #result: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #name: string;
  #failure: unknown;
  #isOver = false;

  /** @param name The name of the consumer, for errors. */
  constructor(name: string) {
    this.#name = name;
    this.#result.promise.catch(() => {});
  }

  /** Takes a failed request. The coordinator repeats a request without an answer. */
  fail(error: unknown): void {
    this.#failure = error;
    if (isAetherError(error) && !error.isRetryable) this.#result.reject(error);
  }

  /** Whether the start has ended: failures after that concern the running consumer. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits for the session.
   *
   * @throws {UnsupportedStorageError} If members use another version of the protocol, or the storage is unusable.
   * @throws {UnavailableError} If the storage does not answer within two sessions.
   */
  async wait(coordinator: Coordinator, environment: Environment, session: number): Promise<void> {
    const look = () => {
      if (coordinator.isValid) this.#result.resolve();
    };
    const step = coordinator.onStep(look);
    const cancel = environment.schedule(JOIN_TIMEOUT * session, () => this.#result.reject(this.#timeout(session)));
    look();
    try {
      await this.#result.promise;
      this.#checkVersion(new TextDecoder().decode(coordinator.record(OPENED)?.value));
    } finally {
      this.#isOver = true;
      step[Symbol.dispose]();
      cancel();
    }
  }

  #checkVersion(version: string): void {
    if (version === "" || version === PROTOCOL_VERSION) return;
    throw new UnsupportedStorageError(
      `Cannot consume as "${this.#name}": the members have version ${version} of the protocol, and this release version ` +
        `${PROTOCOL_VERSION}. Use a release that has both`,
    );
  }

  #timeout(session: number): Error {
    return new UnavailableError(
      `Cannot consume as "${this.#name}": the storage did not answer in ${
        JOIN_TIMEOUT * session
      } ms. Try again when it does`,
      { cause: this.#failure },
    );
  }
}
