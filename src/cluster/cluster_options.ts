import { MAX_RECORD_KEY_TOKENS } from "../base/limits.ts";
import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { DEFAULT_TTL } from "../coordination/coordinator_settings.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { randomId } from "../events/random_id.ts";

/** Options of {@link Backend.join}. */
export interface ClusterOptions {
  /**
   * The name of this node: 1 to 64 characters, in 1 to 12 tokens of `A-Z a-z 0-9 _ -` with dots between them. It must
   * be unique among live nodes. A node that restarts with the same name gets the same shards again. By default, the name
   * is random.
   */
  readonly name?: string | undefined;
  /** Milliseconds between two heartbeats: 10 to 60,000, by default 2,000. All nodes must use the same value. */
  readonly heartbeat?: number | undefined;
  /**
   * Milliseconds of silence after which other nodes end the session of a node: at least four heartbeats, at most
   * 600,000. By default 20,000: a session outlasts each election timeout of a NATS server. All nodes must use the same
   * value.
   */
  readonly ttl?: number | undefined;
  /**
   * Called with errors of background work: failures of the storage, errors of a shard's work, and work that does not
   * end after its signal was aborted. Also called with an `InvalidArgumentError` if this node has no session because a
   * live node has its name. By default, the backend's `onError`. If neither is set, failures of the storage and taken
   * names are ignored, and other errors become uncaught exceptions.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The options of a node, after checks and with defaults. */
export interface CheckedClusterOptions {
  readonly name: string;
  readonly heartbeat: number;
  readonly ttl: number;
  readonly onError: ((error: unknown) => void) | undefined;
}

const NAMES: ReadonlySet<string> = new Set(["name", "heartbeat", "ttl", "onError"]);

/** Milliseconds. Each heartbeat takes two requests, a put and a scan: each node sends one request per second. */
const DEFAULT_HEARTBEAT = 2_000;

const MIN_HEARTBEAT = 10;
const MAX_HEARTBEAT = 60_000;
const MAX_TTL = 600_000;
/** Minimum heartbeats in one time to live. With fewer, two lost heartbeats would end a session. */
const MIN_HEARTBEATS_PER_TTL = 4;

/** Checks the options of `join`. */
export function checkClusterOptions(options: ClusterOptions): CheckedClusterOptions {
  checkOptions(options, NAMES, "join");
  const { name = `node-${randomId().slice(0, 8)}`, heartbeat = DEFAULT_HEARTBEAT, ttl = DEFAULT_TTL, onError } =
    options;
  checkName(name, "name");
  checkWholeNumber(heartbeat, "heartbeat", MIN_HEARTBEAT, MAX_HEARTBEAT, "milliseconds");
  checkWholeNumber(ttl, "ttl", 1, MAX_TTL, "milliseconds");
  if (ttl < MIN_HEARTBEATS_PER_TTL * heartbeat) {
    throw new InvalidArgumentError(
      `ttl must be at least ${MIN_HEARTBEATS_PER_TTL} heartbeats, ${
        MIN_HEARTBEATS_PER_TTL * heartbeat
      } ms, not ${ttl}: ` +
        `otherwise a few lost heartbeats would end the session`,
      { argument: "ttl" },
    );
  }
  checkFunction(onError, "onError");
  return { name, heartbeat, ttl, onError };
}

const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const MAX_NAME_LENGTH = 64;

/** Maximum tokens of a name. The longest key is that of a shard: `claims.shards.<name>.<shards>.<shard>`. */
const MAX_NAME_TOKENS = MAX_RECORD_KEY_TOKENS - 4;

/** Checks the name of a node, a leadership or a set of shards. */
export function checkName(name: unknown, argument: string): asserts name is string {
  const isShort = (name: string) => name.length <= MAX_NAME_LENGTH && name.split(".").length <= MAX_NAME_TOKENS;
  if (typeof name === "string" && isShort(name) && NAME.test(name)) return;
  const valid = `1 to ${MAX_NAME_LENGTH} characters in 1 to ${MAX_NAME_TOKENS} tokens of A-Z a-z 0-9 _ -`;
  refuseArgument(argument, `${valid}, with dots between the tokens`, name);
}

const SERVICE = /^[A-Za-z0-9_.:~=-]{1,250}$/;

/** Checks the name of a service. */
export function checkService(service: unknown): asserts service is string {
  if (typeof service === "string" && SERVICE.test(service)) return;
  refuseArgument("service", "1 to 250 characters of A-Z a-z 0-9 _ - . : ~ =", service);
}
