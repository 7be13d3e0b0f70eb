import { throwLater } from "../base/throw_later.ts";
import { requireFunction } from "../checks/check_function.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Namespace } from "../base/namespace.ts";
import { Operation } from "../lifecycle/operation.ts";
import { runInterruptible } from "../lifecycle/run_interruptible.ts";
import { consumableParts, type ConsumableStore, type ConsumingParts } from "./consumable_store.ts";
import type { Consumer } from "./consumer.ts";
import { controlContext } from "./control_consumer.ts";
import { ConsumerGauges } from "./consumer_gauges.ts";
import { CONSUMERS_PREFIX } from "./consumer_keys.ts";
import { ConsumerMember } from "./consumer_member.ts";
import { checkConsumeOptions, type CheckedConsumeOptions, type ConsumeOptions } from "./consumer_options.ts";
import { defineConsumer } from "./define_consumer.ts";
import type { EventHandler } from "./handler_context.ts";
import { SessionStart } from "./session_start.ts";
import { StoredConsumer } from "./stored_consumer.ts";

/**
 * Consumes the events of a namespace: calls a handler for each event, at least once. Processes that consume under the
 * same name share the work. Their progress is stored in the same storage as the events, so that a process that starts
 * later continues after the last saved progress.
 *
 * By default, an event whose handler fails is retried, and the later events of its lane wait: see `onFailure`. If a
 * consumer is closed, other processes continue after its last event and repeat nothing. After a crash, they repeat at
 * most the events since the last checkpoint: see `saveEvery`. A handler must therefore be able to handle an event
 * twice.
 *
 * If the consumer is being forgotten, the call waits until it is deleted. A process that joined it, or was suspended
 * meanwhile, continues as a member of the new consumer. If the new consumer has another `order`, `types` or `actors`,
 * the process leaves it: the consumer is closed, and `onError` receives the `InvalidArgumentError`. A process also
 * leaves a consumer whose stored definition cannot be decoded. If the definition was lost, and a retry cannot store it
 * again, the process leaves too.
 *
 * @param store The store of the namespace.
 * @param options See {@link ConsumeOptions}.
 * @param handler Called with one event at a time in each lane. See {@link HandlerContext} for its second argument.
 * @returns The consumer, once this process has joined it.
 * @throws {InvalidArgumentError} If an argument is not valid, the consumer exists with another `order`, `types` or
 * `actors`, or this process already consumes under the same name.
 * @throws {InvalidPatternError} If `actors` is not a pattern.
 * @throws {UnknownPositionError} If the consumer is new, and `from` is a position of another log.
 * @throws {UnsupportedStorageError} If the adapter keeps no records, or members use another version of the protocol.
 * @throws {CorruptDataError} If the stored definition of the consumer cannot be decoded.
 * @throws {TooLargeError} If the consumer is new and its definition, mainly `types`, has more than 65,000 bytes, or this
 * process has too many consumers in one session.
 * @throws {UnavailableError} If the storage does not answer within twice the `ttl`.
 * @throws {ClosedError} If the store was closed, or is closed before this process has joined.
 *
 * @example
 * ```ts
 * import { consume } from "@flowmade-one/aether/consumers";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const store = backend.store("prod.orders");
 * await store.append("order.42", [{ type: "Placed", data: { total: 12 } }], { expectedVersion: 0 });
 *
 * const placed = Promise.withResolvers<string>();
 * await using mailer = await consume(store, { name: "mailer", types: ["Placed"] }, (event) => {
 *   placed.resolve(event.actorId);
 * });
 * assertEquals(await placed.promise, "order.42");
 * ```
 */
export async function consume<V extends RecordedEvent>(
  store: ConsumableStore<V>,
  options: ConsumeOptions<V>,
  handler: EventHandler<V>,
): Promise<Consumer> {
  const checked = checkConsumeOptions(options as unknown as ConsumeOptions);
  requireFunction(handler, "handler");
  const parts = consumableParts(store, `consume as "${checked.name}"`);
  const { consuming } = parts;
  if (consuming.has(checked.name)) {
    throw new InvalidArgumentError(
      `Cannot consume as "${checked.name}": this process already does. Close that consumer, or use another name`,
      { argument: "name" },
    );
  }
  consuming.add(checked.name);
  try {
    const read = withCurrentShapes(parts.eventTypes, handler as unknown as EventHandler);
    return await joinConsumer(store.namespace, parts, checked, read);
  } catch (error) {
    consuming.delete(checked.name);
    throw error;
  }
}

/**
 * Passes each event to the handler in its current shape. An event without a current shape counts as a failure of the
 * handler.
 */
function withCurrentShapes(eventTypes: EventTypes | undefined, handler: EventHandler): EventHandler {
  return eventTypes === undefined ? handler : (event, context) => handler(eventTypes.read(event, "stop"), context);
}

/**
 * Joins a consumer.
 *
 * @param options The checked options.
 * @throws As {@link consume}.
 */
export async function joinConsumer(
  namespace: Namespace,
  parts: ConsumingParts,
  options: CheckedConsumeOptions,
  handler: EventHandler,
): Promise<Consumer> {
  const { log, eventTypes, records, coordinators, lifetime } = parts;
  const { environment } = coordinators;
  const { name, ttl } = options;
  const report = reporter(options);
  const operation = Operation.begin(lifetime, "consume as", name, undefined);
  const start = new SessionStart(operation);
  const sharedSession = coordinators.acquire({
    hints: CONSUMERS_PREFIX,
    ttl,
    onError: (error) => start.isOver ? report(error) : start.fail(error),
  });
  const leaveStore = lifetime.register(() => sharedSession[Symbol.asyncDispose]());
  const { coordinator } = sharedSession;
  const context = { namespace, log, records, coordinator, options, eventTypes };
  try {
    const definition = await runInterruptible(async (signal) => {
      await start.wait(coordinator, environment, ttl, signal);
      return await defineConsumer(context, signal);
    }, operation);
    operation.check();
    const member = new ConsumerMember({
      namespace,
      log,
      environment,
      options,
      eventTypes,
      handler,
      observer: parts.observer,
      report,
      sharedSession,
      redefine: (signal) => defineConsumer(context, signal),
      leave: () => void joined.close(),
    }, definition);
    const joined = new OpenConsumer(namespace, name, member, parts);
    return joined;
  } catch (error) {
    await sharedSession[Symbol.asyncDispose]();
    throw error;
  } finally {
    leaveStore();
  }
}

/** A consumer that this process has joined. It is closed when its store is closed. */
class OpenConsumer extends StoredConsumer implements Consumer {
  readonly #member: ConsumerMember;
  readonly #consuming: Set<string>;
  readonly #leaveStore: () => void;
  readonly #gauges: Disposable | undefined;
  #closing: Promise<void> | undefined;

  constructor(namespace: Namespace, name: string, member: ConsumerMember, parts: ConsumingParts) {
    super(name, controlContext(namespace, name, parts));
    this.#member = member;
    this.#consuming = parts.consuming;
    this.#leaveStore = parts.lifetime.register(() => this.close());
    const { observer, coordinators } = parts;
    this.#gauges = observer && new ConsumerGauges(this, observer, coordinators.environment);
  }

  get member(): string {
    return this.#member.member;
  }

  get owned(): readonly number[] {
    return this.#member.owned;
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#member.close();
    this.#gauges?.[Symbol.dispose]();
    this.#consuming.delete(this.name);
    this.#leaveStore();
  }
}

/** Returns a function that reports errors to the option `onError`. The returned function does not throw. */
function reporter({ onError }: CheckedConsumeOptions): (error: unknown, event?: RecordedEvent) => void {
  return (error, event) => {
    try {
      (onError ?? throwUnlessTemporary)(error, event);
    } catch (failure) {
      throwLater(failure);
    }
  };
}

/**
 * The default of `onError`: makes an error an uncaught exception, except for an outage of the storage, after which the
 * consumer continues.
 */
function throwUnlessTemporary(error: unknown, event?: RecordedEvent): void {
  const isTemporary = isAetherError(error) && error.isRetryable;
  if (event !== undefined || !isTemporary) throwLater(error);
}
