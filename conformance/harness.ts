import type { Backend, BackendOptions } from "../src/backend/backend.ts";
import type { Driver } from "../src/driver/driver.ts";

/** The author of an adapter writes it: it opens the backends that the cases use. */
export interface ConformanceHarness {
  /**
   * Opens a backend for one case; the case closes it. Storage may be fresh or may hold what other cases, or other runs,
   * have left: the namespaces of a case have random names.
   */
  readonly open: (options?: BackendOptions) => Backend | Promise<Backend>;
  /**
   * Makes a storage, and gives the function that opens backends on it one after another: each is closed before the next
   * is opened. Without it, `sharedStorage` serves where it is offered. Only a backend whose `capabilities.durability` is
   * `"none"` may decline it: of any other, a case fails that says so.
   */
  readonly reopen?: Supported<() => BackendFactory | Promise<BackendFactory>> | undefined;
  /**
   * Makes a storage, and gives the function that opens backends on it that live side by side, as several processes
   * would. The other backends see the commits of each backend.
   */
  readonly sharedStorage: Supported<() => BackendFactory | Promise<BackendFactory>>;
  /**
   * Makes a storage likewise, whose backends also carry bus events to each other. Without it, what `sharedStorage` says
   * holds here too: an adapter without a carrier declines it.
   */
  readonly sharedBus?: Supported<() => BackendFactory | Promise<BackendFactory>> | undefined;
  /**
   * Makes a storage, and gives the function that opens drivers on it that live side by side. Their records are tested, of
   * the backend and of namespaces. An adapter whose drivers keep no records declines it.
   */
  readonly records: Supported<() => OpenDriver | Promise<OpenDriver>>;
  /**
   * Makes a storage, and gives the function that opens drivers on it that live side by side. The requests between them are
   * tested. An adapter whose drivers carry no requests declines it: hosted actors then execute each command where it is
   * given.
   */
  readonly calls: Supported<() => OpenDriver | Promise<OpenDriver>>;
  /** Opens a backend whose namespaces keep at most `maxCommits` commits: the oldest expire. */
  readonly retainCommits: Supported<(maxCommits: number) => Backend | Promise<Backend>>;
  /**
   * Opens a backend whose namespaces keep at most `maxBytes` bytes, counted as the adapter counts: the oldest commits
   * expire.
   */
  readonly retainBytes: Supported<(maxBytes: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose commits expire by age. How old they grow is the adapter's choice: a second is long enough. */
  readonly retainAge: Supported<() => AgingBackend | Promise<AgingBackend>>;
  /** Opens a backend whose namespaces have a quota of `maxCommits` commits. */
  readonly quotaCommits: Supported<(maxCommits: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose namespaces have a quota of `maxBytes` bytes, counted as the adapter counts. */
  readonly quotaBytes: Supported<(maxBytes: number) => Backend | Promise<Backend>>;
  /**
   * Milliseconds after which a case gives up; by default 30,000. Nothing waits for so long on an adapter that keeps its
   * promises.
   */
  readonly timeout?: number | undefined;
}

/** Opens one more backend on a storage. */
export type BackendFactory = () => Backend | Promise<Backend>;

/** Opens one more driver on a storage. */
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

/** A capability that an adapter supports, or the reason why not. Each skipped case shows the reason. */
export type Supported<T> = T | Unsupported;

/** Why an adapter does not offer something. */
export interface Unsupported {
  /** A sentence for the reader of the test report. */
  readonly reason: string;
}

/** The names of the capabilities that a harness may decline. */
export type CapabilityName = {
  [K in keyof ConformanceHarness]-?: Unsupported extends ConformanceHarness[K] ? K : never;
}[keyof ConformanceHarness];
