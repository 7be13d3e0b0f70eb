import type { Backend } from "@flowmade-one/aether";
import { type CheckedConsumer, health } from "@flowmade-one/aether/observability";

/** Milliseconds that the storage has to answer. A load balancer soon repeats its request. */
const TIMEOUT_MS = 2_000;

/**
 * Answers `GET` and `HEAD` of `/healthz` with the health of the service, and passes every other request to `handler`.
 */
export function withHealthz(
  backend: Backend,
  consumers: readonly CheckedConsumer[],
  handler: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, url } = request;
    const isHealthz = (method === "GET" || method === "HEAD") && new URL(url).pathname === "/healthz";
    if (!isHealthz) return await handler(request);
    const report = await health(backend, { timeout: TIMEOUT_MS, consumers });
    const response = Response.json(report, { status: report.status === "fail" ? 503 : 200 });
    return method === "HEAD" ? new Response(null, response) : response;
  };
}
