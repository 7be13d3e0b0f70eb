import type { Backend, BackendOptions } from "../src/backend/backend.ts";
import type { Driver } from "../src/driver/driver.ts";

/** What an adapter's author writes: how the cases get backends of that adapter. */
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
   * would. What one of them stores the others see.
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
  /** Opens a backend whose namespaces keep so many commits: the oldest expire. */
  readonly retainCommits: Supported<(maxCommits: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose namespaces keep so many bytes, counted as the adapter counts: the oldest commits expire. */
  readonly retainBytes: Supported<(maxBytes: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose commits expire by age. How old they grow is the adapter's choice: a second is long enough. */
  readonly retainAge: Supported<() => AgingBackend | Promise<AgingBackend>>;
  /** Opens a backend whose namespaces take so many commits and no more. */
  readonly quotaCommits: Supported<(maxCommits: number) => Backend | Promise<Backend>>;
  /** Opens a backend whose namespaces take so many bytes, counted as the adapter counts, and no more. */
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

/** A backend whose storage grows older when it is told to. */
export interface AgingBackend {
  /** The backend. */
  readonly backend: Backend;
  /**
   * Lets time pass for the storage, by its clock or by waiting: so many times the age at which commits expire.
   * Resolves when what is too old by then has expired.
   */
  readonly advanceTime: (lifetimes: number) => void | Promise<void>;
}

/** What an adapter does, or why it does not: the reason is shown with each case that is skipped for it. */
export type Supported<T> = T | Unsupported;

/** Why an adapter does not offer something. */
export interface Unsupported {
  /** A sentence, for whoever reads the test report. */
  readonly reason: string;
}

/** What a case can need beside `open`: the names of what a harness may decline. */
export type CapabilityName = {
  [K in keyof ConformanceHarness]-?: Unsupported extends ConformanceHarness[K] ? K : never;
}[keyof ConformanceHarness];
