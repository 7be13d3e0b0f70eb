import type { Projection } from "@flowmade-one/aether/projections";
import type { ReadModel } from "../service/read_model.ts";
import type { Report } from "../service/report.ts";
import { namespaceOf, type Tenant } from "../service/tenant.ts";
import { commitIdOf, KEY_HEADER, keyOf, metadataOf } from "./idempotency.ts";
import { badRequest, Problem, toProblem } from "./problem.ts";
import { parseJson, readBody } from "./read_body.ts";
import type { Change, RequestContext } from "./request_context.ts";

/** A handler for a method and a path. The path begins with `/:tenant`. */
export type Route =
  & { readonly path: string }
  & (
    | { readonly method: "GET"; readonly handle: (context: RequestContext) => Promise<Response> }
    | { readonly method: "POST" | "PUT"; readonly handle: (change: Change) => Promise<Response> }
  );

/** A tenant, its read model, and the projection that keeps the model up to date. */
export interface ServedTenant {
  readonly tenant: Tenant;
  readonly model: ReadModel;
  readonly projection: Projection;
}

/** Options of the router. */
export interface RouterOptions {
  readonly routes: readonly Route[];
  /** The tenants by name. */
  readonly tenants: ReadonlyMap<string, ServedTenant>;
  /** Aborts running requests when it is aborted. */
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Makes a function that answers requests and never rejects. */
export function router({ routes, tenants, signal, report }: RouterOptions): (request: Request) => Promise<Response> {
  const compiled = routes.map((route) => ({ route, pattern: new URLPattern({ pathname: route.path }) }));

  return async (request) => {
    const headers = new Headers();
    try {
      const response = await answer(request, headers);
      headers.forEach((value, name) => response.headers.set(name, value));
      return response;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.cause !== undefined) report(`${request.method} ${new URL(request.url).pathname}`, problem.cause);
      const response = problem.toResponse();
      headers.forEach((value, name) => response.headers.set(name, value));
      return response;
    }
  };

  async function answer(request: Request, headers: Headers): Promise<Response> {
    const url = new URL(request.url);
    const matching = compiled.filter(({ pattern }) => pattern.test(url));
    if (matching.length === 0) throw new Problem(404, "not-found", `There is nothing at ${url.pathname}`);
    const chosen = matching.find(({ route }) => route.method === request.method);
    if (chosen === undefined) {
      const allow = matching.map(({ route }) => route.method).join(", ");
      throw new Problem(405, "method-not-allowed", `${url.pathname} allows ${allow} only`, { headers: { allow } });
    }
    const params = chosen.pattern.exec(url)?.pathname.groups ?? {};
    const context = { ...findTenant(params["tenant"] ?? ""), request, url, params, signal };
    if (chosen.route.method === "GET") return await chosen.route.handle(context);

    const key = keyOf(request);
    headers.set(KEY_HEADER, key);
    const bytes = await readBody(request);
    const metadata = await metadataOf(request, url, bytes);
    return await chosen.route.handle({ ...context, body: parseJson(bytes), commitId: commitIdOf(key), metadata });
  }

  /** A real service checks here whether the client may act for the tenant. This example allows every client. */
  function findTenant(name: string): ServedTenant {
    try {
      namespaceOf(name);
    } catch (error) {
      throw badRequest(error instanceof Error ? error.message : String(error), { field: "tenant" });
    }
    const tenant = tenants.get(name);
    if (tenant === undefined) throw new Problem(404, "no-such-tenant", `There is no tenant "${name}"`);
    return tenant;
  }
}
