import { isAetherError, load, parsePosition, type Position } from "@flowmade-one/aether";
import { screening } from "../domain/screening.ts";
import { MODEL_TIMEOUT_MS } from "../limits.ts";
import type { Call } from "./call.ts";
import { name } from "../domain/fields.ts";
import { parseField } from "./fields.ts";
import { json } from "./json.ts";
import { badRequest, Problem } from "./problem.ts";

/** `GET /:tenant/screenings/:screening`: the current state, from its events. */
export async function showScreening({ tenant, params, signal }: Call): Promise<Response> {
  const id = parseField(name, params["screening"], "screening");
  const { state, version } = await load(tenant.store, screening, `screening.${id}`, { signal });
  if (version === 0) throw new Problem(404, "no-such-screening", "There is no such screening");
  const { title, price, seats, taken } = state;
  const takenSeats = Object.entries(taken).map(([seat, { customer, sold }]) => ({
    seat: Number(seat),
    customer,
    sold,
  }));
  return json({ id, version, title, price, seats, taken: takenSeats });
}

/** `GET /:tenant/wallets/:customer`: the current state. A wallet without events is empty. */
export async function showWallet({ tenant, params, signal }: Call): Promise<Response> {
  const customer = parseField(name, params["customer"], "customer");
  const { state, version } = await load(tenant.store, tenant.wallet, `wallet.${customer}`, { signal });
  return json({ customer, version, balance: state.balance });
}

/** `GET /:tenant/screenings`: from the read model. */
export async function showProgramme(call: Call): Promise<Response> {
  await untilSeen(call);
  return json({ position: call.projection.position, screenings: call.model.programme() });
}

/** `GET /:tenant/customers/:customer/tickets`: from the read model. */
export async function showTickets(call: Call): Promise<Response> {
  const customer = parseField(name, call.params["customer"], "customer");
  await untilSeen(call);
  return json({ position: call.projection.position, tickets: call.model.ticketsOf(customer) });
}

/** With `?atLeast=<position>` a client reads its own writes: the answer waits until the tables contain that position. */
async function untilSeen({ projection, url, signal }: Call): Promise<void> {
  const atLeast = url.searchParams.get("atLeast");
  if (atLeast === null) return;
  const position = positionOf(atLeast, "atLeast");
  try {
    await projection.reached(position, { signal: AbortSignal.any([signal, AbortSignal.timeout(MODEL_TIMEOUT_MS)]) });
  } catch (error) {
    if (isAetherError(error, "unknown-position")) throw badRequest("atLeast is of another log", { field: "atLeast" });
    if (!isAetherError(error, "aborted")) throw error;
    throw new Problem(503, "not-there-yet", "The read model is not there yet; repeat the request", {
      facts: { position: projection.position },
      headers: { "retry-after": "1" },
    });
  }
}

/** Parses a position that a client sends back. */
export function positionOf(text: string, name: string): Position {
  try {
    return parsePosition(text);
  } catch (error) {
    throw badRequest(`${name} ${error instanceof Error ? error.message : error}`, { field: name });
  }
}
