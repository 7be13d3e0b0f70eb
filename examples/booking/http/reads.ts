import { isAetherError, load, parsePosition, type Position } from "@flowmade-one/aether";
import { screening } from "../domain/screening.ts";
import { MODEL_TIMEOUT_MS } from "../limits.ts";
import { name } from "../domain/fields.ts";
import { parseField } from "./fields.ts";
import { json } from "./json.ts";
import { badRequest, Problem } from "./problem.ts";
import type { RequestContext } from "./request_context.ts";

/** `GET /:tenant/screenings/:screening`: the current state, from its events. */
export async function showScreening({ tenant, params, signal }: RequestContext): Promise<Response> {
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
export async function showWallet({ tenant, params, signal }: RequestContext): Promise<Response> {
  const customer = parseField(name, params["customer"], "customer");
  const { state, version } = await load(tenant.store, tenant.wallet, `wallet.${customer}`, { signal });
  return json({ customer, version, balance: state.balance });
}

/** `GET /:tenant/screenings`: from the read model. */
export async function showProgramme(context: RequestContext): Promise<Response> {
  await waitForPosition(context);
  return json({ position: context.projection.position, screenings: context.model.programme() });
}

/** `GET /:tenant/customers/:customer/tickets`: from the read model. */
export async function showTickets(context: RequestContext): Promise<Response> {
  const customer = parseField(name, context.params["customer"], "customer");
  await waitForPosition(context);
  return json({ position: context.projection.position, tickets: context.model.ticketsOf(customer) });
}

/**
 * Waits until the read model contains the position of `?atLeast=`, if the request has one. A client reads its own
 * writes by that.
 */
async function waitForPosition({ projection, url, signal }: RequestContext): Promise<void> {
  const atLeast = url.searchParams.get("atLeast");
  if (atLeast === null) return;
  const position = parsePositionFrom(atLeast, "atLeast");
  try {
    await projection.reached(position, { signal: AbortSignal.any([signal, AbortSignal.timeout(MODEL_TIMEOUT_MS)]) });
  } catch (error) {
    if (isAetherError(error, "unknown-position")) {
      throw badRequest("atLeast is a position of another log", { field: "atLeast" });
    }
    if (!isAetherError(error, "aborted")) throw error;
    throw new Problem(503, "not-there-yet", "The read model does not contain this position yet; repeat the request", {
      extensions: { position: projection.position },
      headers: { "retry-after": "1" },
    });
  }
}

/**
 * Parses a position that a client has sent.
 *
 * @param name The parameter or header of the position.
 * @throws {Problem} If it is not a position.
 */
export function parsePositionFrom(value: string, name: string): Position {
  try {
    return parsePosition(value);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error), { field: name });
  }
}
