import type { RecordedEvent } from "../../../mod.ts";
import { joinConsumer } from "../../../src/consumers/consume.ts";
import type { Consumer } from "../../../src/consumers/consumer.ts";
import type { ConsumerOrder } from "../../../src/consumers/definition.ts";
import { checkConsumeOptions } from "../../../src/consumers/consumer_options.ts";
import type { HandlerContext } from "../../../src/consumers/handler_context.ts";
import { CoordinatorPool } from "../../../src/coordination/coordinator_pool.ts";
import { isAetherError } from "../../../src/errors/is_aether_error.ts";
import { CloseScope } from "../../../src/lifecycle/close_scope.ts";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { SimulatedRecords } from "../../cluster/simulation/simulated_storage.ts";
import type { ConsumerWorld } from "./consumer_world.ts";
import { delegate, withTimeout } from "./process_records.ts";
import { SimulatedLogClient } from "./simulated_event_log.ts";

/** The name of the consumer. */
export const NAME = "c";
/** The time to live of a session, in milliseconds. The interval of heartbeats is a tenth of it. */
export const TTL = 5_000;

/** One process that takes part in the consumer. */
export interface Participant {
  readonly process: SimulatedProcess;
  readonly records: SimulatedRecords;
  consumer: Consumer | undefined;
  isClosing: boolean;
}

export function otherOrder(order: ConsumerOrder): ConsumerOrder {
  return order === "log" ? "actor" : "log";
}

/** Joins the consumer of a world, and calls its handler. Tries again until it has joined or is closing. */
export async function joinWorld(world: ConsumerWorld, participant: Participant): Promise<void> {
  const { process, records } = participant;
  const log = new SimulatedLogClient(world.log, records, process, world.time, world.random);
  const usedRecords = { ...delegate(records), ...world.mistake?.(records) };
  const { saveEvery, parks } = world.options;
  const optionsFor = (order: ConsumerOrder) =>
    checkConsumeOptions({
      name: NAME,
      order,
      saveEvery,
      ttl: TTL,
      backoff: (attempt) => Math.min(50 * 2 ** attempt, 2_000),
      onFailure: ({ attempt }) => parks && attempt > 1 ? "park" : "retry",
      onError: (error) => {
        world.note(() => `${process.name} reports ${error}`);
        if (isAetherError(error, "invalid-argument")) void joinAgain(world, participant);
      },
    });
  const parts = {
    log,
    eventTypes: undefined,
    records: withTimeout(usedRecords, process),
    lifetime: new CloseScope("the store"),
    coordinators: new CoordinatorPool(usedRecords, process.environment),
    consuming: new Set<string>(),
    observer: undefined,
  };
  const handler = (event: RecordedEvent, context: HandlerContext) => handle(world, participant, event, context);
  for (let { order } = world; participant.consumer === undefined && !participant.isClosing;) {
    try {
      participant.consumer = await joinConsumer(world.log.namespace, parts, optionsFor(order), handler);
    } catch (error) {
      world.note(() => `${process.name} cannot join: ${error}`);
      if (isAetherError(error, "invalid-argument")) order = otherOrder(order);
    }
  }
}

/** Joins after the process has left, because the consumer was forgotten and got another order. */
async function joinAgain(world: ConsumerWorld, participant: Participant): Promise<void> {
  world.count("leaves");
  await participant.consumer?.close();
  participant.consumer = undefined;
  await joinWorld(world, participant);
}

/** The handler of a world. It takes as long as the world says. */
async function handle(
  world: ConsumerWorld,
  { process }: Participant,
  event: RecordedEvent,
  { signal, attempt }: HandlerContext,
): Promise<void> {
  const call = { process, event, signal };
  world.note(() => `${process.name} begins ${event.actorId}@${event.version} attempt ${attempt}`);
  world.oracle.began(call);
  const duration = world.handling();
  if (duration > 0) await new Promise<void>((resolve) => process.environment.schedule(duration, resolve));
  world.oracle.ended(call, duration >= 0);
  world.note(() => `${process.name} ${duration >= 0 ? "ended" : "failed"} ${event.actorId}@${event.version}`);
  if (duration < 0) throw new Error("the handler fails");
}
