import type { EventMetadata } from "@flowmade-one/aether";
import type { Projection } from "@flowmade-one/aether/projections";
import type { ReadModel } from "../service/read_model.ts";
import type { Tenant } from "../service/tenant.ts";

/** A request on behalf of a tenant, with everything that may be used to answer it. */
export interface Call {
  readonly tenant: Tenant;
  readonly model: ReadModel;
  /** Keeps the model up to date. */
  readonly projection: Projection;
  readonly request: Request;
  readonly url: URL;
  /** The named parts of the path. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Aborted when the request has taken too long. */
  readonly signal: AbortSignal;
}

/** A {@link Call} that changes data. */
export interface Change extends Call {
  readonly body: unknown;
  /** The id of its commit. */
  readonly commitId: string;
  /** The metadata of its events. */
  readonly metadata: EventMetadata;
}
