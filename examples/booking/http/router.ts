import type { Projection } from "@flowmade-one/aether/projections";
import type { ReadModel } from "../service/read_model.ts";
import type { Report } from "../service/report.ts";
import { namespaceOf, type Tenant } from "../service/tenant.ts";
import type { Call, Change } from "./call.ts";
import { commitIdOf, KEY, keyOf, metadataOf } from "./idempotency.ts";
import { badRequest, Problem, toProblem } from "./problem.ts";
import { parseJson, readBody } from "./read_body.ts";

/** A handler for a method and a path. The path begins with `/:tenant`. */
export type Route =
  & { readonly path: string }
  & (
    | { readonly method: "GET"; readonly answer: (call: Call) => Promise<Response> }
    | { readonly method: "POST" | "PUT"; readonly answer: (change: Change) => Promise<Response> }
  );

/** A tenant, its read model, and the projection that keeps the model up to date. */
export interface Room {
  readonly tenant: Tenant;
  readonly model: ReadModel;
  readonly projection: Projection;
}

/** Options of the router. */
export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly rooms: ReadonlyMap<string, Room>;
  /** Aborts running requests. */
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Answers requests; never rejects. */
export function router({ routes, rooms, signal, report }: RouterOptions): (request: Request) => Promise<Response> {
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
    const found = compiled.filter(({ pattern }) => pattern.test(url));
    if (found.length === 0) throw new Problem(404, "not-found", `There is nothing at ${url.pathname}`);
    const chosen = found.find(({ route }) => route.method === request.method);
    if (chosen === undefined) {
      const allow = found.map(({ route }) => route.method).join(", ");
      throw new Problem(405, "method-not-allowed", `${url.pathname} takes ${allow}`, { headers: { allow } });
    }
    const params = chosen.pattern.exec(url)?.pathname.groups ?? {};
    const call = { ...roomOf(params["tenant"] ?? ""), request, url, params, signal };
    if (chosen.route.method === "GET") return await chosen.route.answer(call);

    const key = keyOf(request);
    headers.set(KEY, key);
    const bytes = await readBody(request);
    const metadata = await metadataOf(request, url, bytes);
    return await chosen.route.answer({ ...call, body: parseJson(bytes), commitId: commitIdOf(key), metadata });
  }

  /** A real service checks here whether the caller may act for the tenant. This example allows every caller. */
  function roomOf(name: string): Room {
    try {
      namespaceOf(name);
    } catch (error) {
      throw badRequest(error instanceof Error ? error.message : String(error), { field: "tenant" });
    }
    const room = rooms.get(name);
    if (room === undefined) throw new Problem(404, "no-such-tenant", `There is no tenant "${name}"`);
    return room;
  }
}
