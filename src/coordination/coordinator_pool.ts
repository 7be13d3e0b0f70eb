import type { Records } from "../driver/records.ts";
import { Coordinator } from "./coordinator.ts";
import type { Environment } from "./environment.ts";

/** Heartbeats in one time to live. With the default time to live, a heartbeat is 2 s, as in a cluster. */
const HEARTBEATS_PER_TTL = 10;

/** The settings with which one user shares a session. */
export interface SharedSessionSettings {
  /** The prefix of the keys whose hints trigger a read, if the adapter sends hints. */
  readonly hints: string;
  /** Milliseconds of silence after which other members may end the session. */
  readonly ttl: number;
  /** Called with the first storage failure of each outage. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** A session as one of its users gets it. The session ends when its last user has disposed it. */
export interface SharedSession extends AsyncDisposable {
  /** Maintains the session. */
  readonly coordinator: Coordinator;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A coordinator, and the users that share its session. */
interface PooledCoordinator {
  readonly coordinator: Coordinator;
  readonly users: Set<SharedSessionSettings>;
}

/**
 * Shares sessions in a scope of records among their users in this process. All users with the same time to live share
 * one session, which begins with the first user and ends with the last user.
 */
export class CoordinatorPool {
  readonly #records: Records;
  readonly #environment: Environment;
  /** The coordinators by the time to live of their sessions. */
  readonly #pooled: Map<number, PooledCoordinator> = new Map();

  constructor(records: Records, environment: Environment) {
    this.#records = records;
    this.#environment = environment;
  }

  /** The clocks, timers and ids that the coordinators use. */
  get environment(): Environment {
    return this.#environment;
  }

  /**
   * Adds a user to the session with the time to live of the settings. When the last user disposes the session, the
   * disposal resolves after the session has ended. A repeated disposal has no effect and resolves at once.
   */
  acquire(settings: SharedSessionSettings): SharedSession {
    const { ttl } = settings;
    let pooled = this.#pooled.get(ttl);
    if (pooled === undefined) this.#pooled.set(ttl, pooled = this.#create(settings));
    const { coordinator, users } = pooled;
    users.add(settings);
    return {
      coordinator,
      [Symbol.asyncDispose]: async () => {
        if (!users.delete(settings) || users.size > 0) return;
        this.#pooled.delete(ttl);
        await coordinator.leave();
      },
    };
  }

  #create({ ttl, hints }: SharedSessionSettings): PooledCoordinator {
    const users: Set<SharedSessionSettings> = new Set();
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
