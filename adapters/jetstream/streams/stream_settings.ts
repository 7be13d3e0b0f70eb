import type { Quota, Retention } from "../../../adapter.ts";

/** The part of a stream's configuration that the adapter sets or reads, by JetStream's names (NATS ADR-8). */
export interface StreamConfig {
  readonly name: string;
  readonly description?: string;
  readonly subjects?: string[];
  readonly storage?: "file" | "memory";
  readonly retention?: "limits" | "interest" | "workqueue";
  readonly discard?: "old" | "new";
  readonly num_replicas?: number;
  readonly allow_direct?: boolean;
  readonly deny_delete?: boolean;
  readonly deny_purge?: boolean;
  readonly republish?: { readonly src: string; readonly dest: string; readonly headers_only?: boolean };
  readonly max_msgs?: number;
  readonly max_bytes?: number;
  readonly max_age?: number;
  readonly max_msgs_per_subject?: number;
}

/** The user's choices for the streams that a backend creates. */
export interface StreamSettings {
  readonly replicas: number;
  readonly storage: "file" | "memory";
  readonly retention?: Retention | undefined;
  readonly quota?: Quota | undefined;
  /** See `JetStreamOptions.republish`. */
  readonly republish?: boolean | undefined;
}
