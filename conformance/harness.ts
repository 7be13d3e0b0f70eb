import type { Backend, BackendOptions } from "../src/backend/backend.ts";
import type { Driver } from "../src/driver/driver.ts";

/** Opens the backends of the cases. The author of an adapter writes it. */
export interface ConformanceHarness {
  /**
   * Opens a backend for one case; the case closes it. The storage may be new, or may contain the data of other cases
   * and runs: the namespaces of a case have random names.
   */
  readonly open: (options?: BackendOptions) => Backend | Promise<Backend>;
  /**
   * Makes a storage. Returns a function that opens backends on it one after another: each is closed before the next is
   * opened. If this member is absent, `sharedStorage` is used if it is supported. Only the harness of a backend whose
   * `capabilities.durability` is `"none"` may decline this capability: otherwise, a case fails.
   */
  readonly reopen?: Supported<() => BackendFactory | Promise<BackendFactory>> | undefined;
  /**
   * Makes a storage. Returns a function that opens backends on it. The backends are open at the same time, like several
   * processes. Each backend reads the commits of all backends.
   */
  readonly sharedStorage: Supported<() => BackendFactory | Promise<BackendFactory>>;
  /**
   * Makes a storage. Returns a function that opens backends on it that also carry bus events to each other. If this
   * member is absent, `sharedStorage` is used. An adapter without a bus transport declines this capability.
   */
  readonly sharedBus?: Supported<() => BackendFactory | Promise<BackendFactory>> | undefined;
  /**
   * Makes a storage. Returns a function that opens drivers on it. They are open at the same time. The cases test the
   * records of the backend and of namespaces. An adapter without records declines this capability.
   */
  readonly records: Supported<() => OpenDriver | Promise<OpenDriver>>;
  /**
   * Makes a storage. Returns a function that opens drivers on it. They are open at the same time. The cases test the
   * requests between the drivers. An adapter without requests declines this capability: hosted actors then execute each
   * command in the process that received it.
   */
  readonly calls: Supported<() => OpenDriver | Promise<OpenDriver>>;
  /** Opens a backend whose namespaces keep at most `maxCommits` commits: the oldest expire. */
  readonly retainCommits: Supported<(maxCommits: number) => Backend | Promise<Backend>>;
  /**
   * Opens a backend whose namespaces keep at most `maxBytes` bytes, as the adapter counts them: the oldest commits
   * expire.
   */
  readonly retainBytes: Supported<(maxBytes: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose commits expire by age. The adapter chooses the age: a second is sufficient. */
  readonly retainAge: Supported<() => AgingBackend | Promise<AgingBackend>>;
  /** Opens a backend whose namespaces have a quota of `maxCommits` commits. */
  readonly quotaCommits: Supported<(maxCommits: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose namespaces have a quota of `maxBytes` bytes, as the adapter counts them. */
  readonly quotaBytes: Supported<(maxBytes: number) => Backend | Promise<Backend>>;
  /** Milliseconds after which a case fails; by default 30,000. No case waits that long on a correct adapter. */
  readonly timeout?: number | undefined;
}

/** Opens another backend on a storage. */
export type BackendFactory = () => Backend | Promise<Backend>;

/** Opens another driver on a storage. */
export type OpenDriver = () => Driver | Promise<Driver>;

/** A backend whose time can be advanced. */
export interface AgingBackend {
  /** The backend. */
  readonly backend: Backend;
  /**
   * Advances the time of the storage, by its clock or by waiting, by `lifetimes` times the age at which commits expire.
   * Resolves when all commits of that age have expired.
   */
  readonly advanceTime: (lifetimes: number) => void | Promise<void>;
}

/** A capability that an adapter supports, or the reason why it does not. Each skipped case shows the reason. */
export type Supported<T> = T | Unsupported;

/** The reason why an adapter does not support a capability. */
export interface Unsupported {
  /** A sentence for the reader of the test report. */
  readonly reason: string;
}

/** The names of the capabilities that a harness may decline. */
export type CapabilityName = {
  [K in keyof ConformanceHarness]-?: Unsupported extends ConformanceHarness[K] ? K : never;
}[keyof ConformanceHarness];
