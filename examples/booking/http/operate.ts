import { consumer, type ConsumerControl, type ConsumerStatus } from "@flowmade-one/aether/consumers";
import { isAetherError } from "@flowmade-one/aether";
import { json } from "./json.ts";
import { Problem } from "./problem.ts";
import type { Change, RequestContext } from "./request_context.ts";

const CONSUMERS: readonly string[] = ["payments", "deadlines"];

/** `GET /:tenant/consumers/:consumer`: shows the progress of a consumer and its parked actors. */
export async function showConsumer(context: RequestContext): Promise<Response> {
  const control = controlOf(context);
  const [status, parked] = await Promise.all([control.status(), control.parked()]);
  return json({ ...summaryOf(status), parked });
}

/** `POST /:tenant/consumers/:consumer/parked/:actor/redrive`: redrives a parked actor. */
export async function redrive(change: Change): Promise<Response> {
  const actorId = change.params["actor"] ?? "";
  try {
    await controlOf(change).redrive(actorId);
  } catch (error) {
    if (!isAetherError(error, "invalid-argument") && !isAetherError(error, "invalid-actor-id")) throw error;
    throw new Problem(404, "not-parked", `"${actorId}" is not parked`);
  }
  return json({ actorId, status: "redriven" }, { status: 202 });
}

function controlOf({ tenant, params }: RequestContext): ConsumerControl {
  const name = params["consumer"] ?? "";
  if (CONSUMERS.includes(name)) return consumer(tenant.store, name);
  throw new Problem(404, "no-such-consumer", `There is no consumer "${name}"`);
}

/** Sums up the status of all lanes. `troubled` lists the lanes that are not running. */
function summaryOf({ name, members, paused, lanes }: ConsumerStatus) {
  const events = lanes.reduce((sum, { lag }) => sum + lag.events, 0);
  const milliseconds = Math.max(...lanes.map(({ lag }) => lag.milliseconds));
  const troubled = lanes.filter(({ state }) => state !== "running");
  return { consumer: name, members: members.length, paused, lag: { events, milliseconds }, troubled };
}
