import type { EventMetadata } from "@flowmade-one/aether";
import type { Projection } from "@flowmade-one/aether/projections";
import type { ReadModel } from "../service/read_model.ts";
import type { Tenant } from "../service/tenant.ts";

/** A request to a tenant, with everything that a handler may use. */
export interface RequestContext {
  readonly tenant: Tenant;
  readonly model: ReadModel;
  /** Keeps `model` up to date. */
  readonly projection: Projection;
  readonly request: Request;
  readonly url: URL;
  /** The named parts of the path. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Aborted when the service ends and the grace period is over. */
  readonly signal: AbortSignal;
}

/** A request that changes data. */
export interface Change extends RequestContext {
  /** The parsed body, not validated yet. */
  readonly body: unknown;
  /** The id of the commit that the request stores. */
  readonly commitId: string;
  /** The metadata of the events that the request stores. */
  readonly metadata: EventMetadata;
}
