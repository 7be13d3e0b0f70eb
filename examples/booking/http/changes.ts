import {
  type Decider,
  type EventMap,
  execute,
  type ExecuteResult,
  isAetherError,
  type RecordedEvent,
  type WithTypes,
} from "@flowmade-one/aether";
import type { IfPartOf } from "@flowmade-one/aether/types";
import * as v from "valibot";
import type { BookingEvents } from "../domain/booking_events.ts";
import { Refusal } from "../domain/refusal.ts";
import { screening } from "../domain/screening.ts";
import { amount, cents, name, seat, title, wholeNumber } from "../domain/fields.ts";
import { ATTEMPTS } from "../limits.ts";
import type { Change } from "./request_context.ts";
import { parseField, parseFields } from "./fields.ts";
import { checkSameRequest } from "./idempotency.ts";
import { json } from "./json.ts";

/** `PUT /:tenant/screenings/:screening` */
export async function openScreening(change: Change): Promise<Response> {
  const opened = parseFields(change.body, { title, seats: seat, price: cents });
  const done = await run(change, screening, screeningOf(change), { type: "open", ...opened });
  return toResponse(done, {}, done.events.length === 0 ? 200 : 201);
}

/** `PUT /:tenant/screenings/:screening/price` */
export async function setPrice(change: Change): Promise<Response> {
  const fields = { price: cents, expectedVersion: wholeNumber(1, Number.MAX_SAFE_INTEGER) };
  const { price, expectedVersion } = parseFields(change.body, fields);
  const command = { type: "set-price", price } as const;
  try {
    const done = await run(change, screening, screeningOf(change), command, expectedVersion);
    return toResponse(done, { price });
  } catch (error) {
    // `execute` reports the conflict before it calls the decider, which would have refused the command.
    if (!isAetherError(error, "version-conflict") || error.actual > 0) throw error;
    throw new Refusal("no-such-screening", "There is no such screening");
  }
}

/** `POST /:tenant/screenings/:screening/bookings` */
export async function bookSeat(change: Change): Promise<Response> {
  const wanted = parseFields(change.body, { customer: name, seat: v.optional(seat) });
  const done = await run(change, screening, screeningOf(change), { type: "hold", ...wanted });
  const [held] = done.events;
  if (held?.type !== "SeatHeld") throw new Error("The command hold did not store SeatHeld");
  return toResponse(done, { hold: held.id, ...held.data, status: "held" }, 201);
}

/** `POST /:tenant/wallets/:customer/top-ups` */
export async function topUp(change: Change): Promise<Response> {
  const command = parseFields(change.body, { amount });
  const customer = parseField(name, change.params["customer"], "customer");
  const done = await run(change, change.tenant.wallet, `wallet.${customer}`, { type: "top-up", ...command });
  return toResponse(done, { customer, balance: done.state.balance }, 201);
}

/**
 * Executes a command. Without an expected version, a conflict leads to a new decision. With one, the command is
 * executed at that version or not at all.
 */
async function run<S, C, D extends EventMap>(
  { tenant: { store }, commitId, signal, metadata }: Change,
  decider: IfPartOf<BookingEvents, D, Decider<S, C, D> & WithTypes<D>>,
  actorId: string,
  command: NoInfer<C>,
  expectedVersion?: number,
): Promise<ExecuteResult<S, D>> {
  const attempts = expectedVersion === undefined ? ATTEMPTS : 1;
  const options = { expectedVersion, attempts, commitId, metadata, signal };
  const done = await execute(store, decider, actorId, command, options);
  checkSameRequest(done.events as readonly RecordedEvent[], metadata);
  return done;
}

function screeningOf({ params }: Change): string {
  return `screening.${parseField(name, params["screening"], "screening")}`;
}

/** A client may pass the `position` to a later read as `atLeast`. */
function toResponse<E extends EventMap>(
  { version, events, duplicate }: ExecuteResult<unknown, E>,
  fields: object,
  status = 200,
): Response {
  const position = events.at(-1)?.position;
  return json({ ...fields, version, position, repeated: duplicate }, { status });
}
