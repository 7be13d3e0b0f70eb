import { type BackendOptions, checkBounds, checkOptions, checkWholeNumber, type Quota } from "../../adapter.ts";
import { InvalidArgumentError } from "../../mod.ts";
import type { JetStreamConnection } from "./connection.ts";

/** How a JetStream backend behaves. */
export interface JetStreamOptions extends BackendOptions {
  /**
   * A connection of nats.js 3, from any of its transports. It stays yours: the backend never closes it, and ends what it
   * has running over it when the backend is closed.
   */
  readonly connection: JetStreamConnection;
  /**
   * What every subject begins with: one token of `A-Z a-z 0-9 _ -`, 32 characters at most; by default `aether`. Names of
   * streams do not depend on it, so that one NATS account has room for one prefix.
   */
  readonly prefix?: string | undefined;
  /**
   * Milliseconds that an operation waits for the server, over all that it asks of it; by default 15,000, which outlasts
   * the election of a new leader. Then reading fails with `UnreachableError`, and an append, unless it is known that
   * nothing was stored, with `OutcomeUnknownError`. Following goes on for good.
   */
  readonly timeout?: number | undefined;
  /**
   * What each namespace takes: an append past it is refused with `QuotaExceededError`. It becomes the limits of the
   * namespace's stream when that is made; one that exists with other limits is refused with `UnsuitableServerError`.
   * Bytes are as the server counts them: the commit's body, its subject, its headers, and 34 more. `maxBytes` needs
   * nats-server 2.10.
   */
  readonly quota?: Quota | undefined;
}

/** What is told apart from the options of every backend. */
export type AdapterOptions = Required<Pick<JetStreamOptions, "connection">> & {
  readonly prefix: string;
  readonly timeout: number;
  readonly quota: Quota | undefined;
};

const OPTIONS: ReadonlySet<string> = new Set([
  "connection",
  "prefix",
  "timeout",
  "quota",
  "now",
  "newId",
  "onGrantUsed",
  "onError",
]);
const MEMBERS = ["isClosed", "publish", "request", "subscribe"] as const;
const PREFIX = /^[A-Za-z0-9_-]{1,32}$/;
const DEFAULT_PREFIX = "aether";
const DEFAULT_TIMEOUT = 15_000;

/** The longest time that a timer takes. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Checks what only this adapter takes.
 *
 * @throws {InvalidArgumentError} An option is not what it must be.
 */
export function checkJetStreamOptions(options: JetStreamOptions): AdapterOptions {
  checkOptions(options, OPTIONS, "jetstream");
  const { connection, prefix = DEFAULT_PREFIX, timeout = DEFAULT_TIMEOUT, quota } = options;
  checkConnection(connection);
  if (typeof prefix !== "string" || !PREFIX.test(prefix)) {
    throw new InvalidArgumentError(
      `prefix must be one token of A-Z a-z 0-9 _ -, 1 to 32 characters, not ${JSON.stringify(prefix)}`,
      { argument: "prefix" },
    );
  }
  checkWholeNumber(timeout, "timeout", 1, MAX_TIMEOUT);
  checkBounds(undefined, quota);
  return { connection, prefix, timeout, quota };
}

function checkConnection(connection: unknown): void {
  const members = connection as Partial<Record<string, unknown>> | undefined | null;
  if (MEMBERS.every((member) => typeof members?.[member] === "function")) return;
  throw new InvalidArgumentError(
    "connection must be a connection of nats.js, as connect() of @nats-io/transport-node or another transport gives it",
    { argument: "connection" },
  );
}
