import type { Records } from "../driver/records.ts";
import { Coordinator } from "./coordinator.ts";
import type { Environment } from "./environment.ts";

/** Heartbeats in one time to live. The defaults of a session, 2 s and 15 s, have this ratio. */
const HEARTBEATS_PER_TTL = 7.5;

/** The settings of one user of a shared session. */
export interface LeaseSettings {
  /** The prefix of the keys whose hints trigger a read, if the adapter sends hints. */
  readonly hints: string;
  /** Milliseconds of silence after which other members may end the session. */
  readonly ttl: number;
  /** Called with the first storage failure of each outage. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** One user's right to a shared coordinator. Disposal ends it. */
export interface CoordinatorLease extends AsyncDisposable {
  readonly coordinator: Coordinator;
}

/** A coordinator with its users. */
interface Shared {
  readonly coordinator: Coordinator;
  readonly users: Set<LeaseSettings>;
}

/**
 * Shares one session among all users of a scope of records in this process that have the same time to live. The session
 * begins with the first user and ends with the last one.
 */
export class CoordinatorPool {
  readonly #records: Records;
  readonly #environment: Environment;
  /** By time to live. */
  readonly #shared: Map<number, Shared> = new Map();

  constructor(records: Records, environment: Environment) {
    this.#records = records;
    this.#environment = environment;
  }

  /** The clocks, timers and ids that the coordinators use. */
  get environment(): Environment {
    return this.#environment;
  }

  /**
   * Adds a user to the coordinator of a time to live. Disposal by the last user resolves when the session has ended.
   */
  acquire(settings: LeaseSettings): CoordinatorLease {
    const { ttl } = settings;
    let shared = this.#shared.get(ttl);
    if (shared === undefined) this.#shared.set(ttl, shared = this.#create(settings));
    const { coordinator, users } = shared;
    users.add(settings);
    return {
      coordinator,
      [Symbol.asyncDispose]: async () => {
        if (!users.delete(settings) || users.size > 0) return;
        this.#shared.delete(ttl);
        await coordinator.leave();
      },
    };
  }

  #create({ ttl, hints }: LeaseSettings): Shared {
    const users: Set<LeaseSettings> = new Set();
    const coordinator = new Coordinator(
      this.#records,
      {
        name: `process-${this.#environment.newId().slice(0, 8)}`,
        heartbeat: ttl / HEARTBEATS_PER_TTL,
        ttl,
        waitsInNewStorage: false,
        hints: [hints],
        onError: (error) => {
          for (const { onError } of [...users]) onError(error);
        },
      },
      this.#environment,
    );
    return { coordinator, users };
  }
}
