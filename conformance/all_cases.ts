import type { CaseDefinition } from "./case_definition.ts";
import { abortCases } from "./cases/abort_cases.ts";
import { appendCases } from "./cases/append_cases.ts";
import { atomicityCases } from "./cases/atomicity_cases.ts";
import { callCases } from "./cases/call_cases.ts";
import { busCases } from "./cases/bus_cases.ts";
import { closeCases } from "./cases/close_cases.ts";
import { commitIdCases } from "./cases/commit_id_cases.ts";
import { concurrencyCases } from "./cases/concurrency_cases.ts";
import { consumerCases } from "./cases/consumer_cases.ts";
import { consumerControlCases } from "./cases/consumer_control_cases.ts";
import { eventMapCases } from "./cases/event_map_cases.ts";
import { followProgressCases } from "./cases/follow_progress_cases.ts";
import { grantCases } from "./cases/grant_cases.ts";
import { immutabilityCases } from "./cases/immutability_cases.ts";
import { isolationCases } from "./cases/isolation_cases.ts";
import { limitCases } from "./cases/limit_cases.ts";
import { logBackwardsCases } from "./cases/log_backwards_cases.ts";
import { logCases } from "./cases/log_cases.ts";
import { logEndCases } from "./cases/log_end_cases.ts";
import { lookbackCases } from "./cases/lookback_cases.ts";
import { nearCollisionCases } from "./cases/near_collision_cases.ts";
import { oldestAvailableCases } from "./cases/oldest_available_cases.ts";
import { positionCases } from "./cases/position_cases.ts";
import { probeCases } from "./cases/probe_cases.ts";
import { projectionCases } from "./cases/projection_cases.ts";
import { quotaCases } from "./cases/quota_cases.ts";
import { rangeCases } from "./cases/range_cases.ts";
import { readRefusalCases } from "./cases/read_refusal_cases.ts";
import { recordCases } from "./cases/record_cases.ts";
import { recordScanCases } from "./cases/record_scan_cases.ts";
import { refusalCases } from "./cases/refusal_cases.ts";
import { reopenCases } from "./cases/reopen_cases.ts";
import { retentionCases } from "./cases/retention_cases.ts";
import { retentionBoundsCases } from "./cases/retention_bounds_cases.ts";
import { sharedBusCases } from "./cases/shared_bus_cases.ts";
import { sharedBusReachCases } from "./cases/shared_bus_reach_cases.ts";
import { sharedStorageCases } from "./cases/shared_storage_cases.ts";
import { snapshotCases } from "./cases/snapshot_cases.ts";
import { schemaVersionCases } from "./cases/schema_version_cases.ts";
import { subscriptionCases } from "./cases/subscription_cases.ts";
import { subscriptionEndCases } from "./cases/subscription_end_cases.ts";
import { subscriptionRetentionCases } from "./cases/subscription_retention_cases.ts";
import { valueCases } from "./cases/value_cases.ts";

/** Every case, grouped by topic. */
export const ALL_CASES: readonly CaseDefinition[] = [
  ...appendCases,
  ...atomicityCases,
  ...commitIdCases,
  ...lookbackCases,
  ...concurrencyCases,
  ...rangeCases,
  ...logCases,
  ...logBackwardsCases,
  ...logEndCases,
  ...positionCases,
  ...subscriptionCases,
  ...subscriptionEndCases,
  ...projectionCases,
  ...busCases,
  ...valueCases,
  ...schemaVersionCases,
  ...eventMapCases,
  ...immutabilityCases,
  ...limitCases,
  ...refusalCases,
  ...readRefusalCases,
  ...isolationCases,
  ...nearCollisionCases,
  ...grantCases,
  ...snapshotCases,
  ...recordCases,
  ...recordScanCases,
  ...callCases,
  ...followProgressCases,
  ...consumerCases,
  ...consumerControlCases,
  ...probeCases,
  ...abortCases,
  ...closeCases,
  ...reopenCases,
  ...sharedStorageCases,
  ...sharedBusCases,
  ...sharedBusReachCases,
  ...retentionCases,
  ...retentionBoundsCases,
  ...oldestAvailableCases,
  ...subscriptionRetentionCases,
  ...quotaCases,
];
