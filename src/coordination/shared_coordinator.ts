import type { Coordinator } from "./coordinator.ts";

/** The right to use a shared coordinator. */
export interface CoordinatorLease extends AsyncDisposable {
  readonly coordinator: Coordinator;
}

/** One session for all who coordinate in a scope of one process. It exists while there is a user. */
export class SharedCoordinator {
  readonly #create: () => Coordinator;
  #current: { readonly coordinator: Coordinator; users: number } | undefined;

  constructor(create: () => Coordinator) {
    this.#create = create;
  }

  /** Uses the coordinator. Disposal by the last user resolves when the session has ended. */
  acquire(): CoordinatorLease {
    const shared = this.#current ??= { coordinator: this.#create(), users: 0 };
    shared.users++;
    let isHeld = true;
    return {
      coordinator: shared.coordinator,
      [Symbol.asyncDispose]: async () => {
        if (!isHeld) return;
        isHeld = false;
        if (--shared.users > 0) return;
        this.#current = undefined;
        await shared.coordinator.leave();
      },
    };
  }
}
