import type { Backend } from "@flowmade-one/aether";
import { type CheckedConsumer, health } from "@flowmade-one/aether/observability";

/** Milliseconds that the storage has to answer. A load balancer asks again soon. */
const TIMEOUT_MS = 2_000;

/** Answers `GET /healthz` with the health of the service, and passes every other request on. */
export function withHealthz(
  backend: Backend,
  consumers: readonly CheckedConsumer[],
  handler: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET" || new URL(request.url).pathname !== "/healthz") return await handler(request);
    const report = await health(backend, { timeout: TIMEOUT_MS, consumers });
    return Response.json(report, { status: report.status === "fail" ? 503 : 200 });
  };
}
