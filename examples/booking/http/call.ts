import type { EventMetadata } from "@flowmade-one/aether";
import type { Projection } from "@flowmade-one/aether/projections";
import type { ReadModel } from "../service/read_model.ts";
import type { Tenant } from "../service/tenant.ts";

/** A request on behalf of a tenant, and all that may be used to answer it. */
export interface Call {
  readonly tenant: Tenant;
  readonly model: ReadModel;
  /** Keeps the model up to date. */
  readonly projection: Projection;
  readonly request: Request;
  readonly url: URL;
  /** The parts of the path that have names. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Aborted when the service has waited long enough for this to end. */
  readonly signal: AbortSignal;
}

/** A {@link Call} that changes something. */
export interface Change extends Call {
  readonly body: unknown;
  /** What its commit is known by. */
  readonly commitId: string;
  /** Kept with its events. */
  readonly metadata: EventMetadata;
}
