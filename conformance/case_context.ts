import type { Backend, BackendOptions } from "../src/backend/backend.ts";
import type { Calls } from "../src/driver/calls.ts";
import { createBackend } from "../src/backend/create_backend.ts";
import type { Driver } from "../src/driver/driver.ts";
import type { EventStore } from "../src/store/event_store.ts";
import { ConformanceFailure } from "./conformance_failure.ts";
import type { AgingBackend, BackendFactory, CapabilityName, ConformanceHarness } from "./harness.ts";
import { RecordScopes } from "./record_scopes.ts";
import { type Capability, capabilityOf, skipReason } from "./capability.ts";
import { formatValue } from "../src/base/format_value.ts";

const DEFAULT_PATIENCE = 30_000;

/** The context of one run of a case: backends that are closed after it, and an unused namespace. */
export class CaseContext {
  /** A name of this run: a namespace, or the beginning of several. Lower case, one token. */
  readonly namespace: string = `c${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
  readonly #harness: ConformanceHarness;
  readonly #opened: (Backend | Driver)[] = [];
  readonly #waits: Set<string> = new Set();
  #givenUp: ConformanceFailure | undefined;

  constructor(harness: ConformanceHarness) {
    this.#harness = harness;
  }

  /** Opens a backend. */
  async open(options?: BackendOptions): Promise<Backend> {
    return this.#keep(await this.#harness.open(options));
  }

  /** Opens a store of this run's namespace, in a new backend. */
  async store(options?: BackendOptions): Promise<EventStore> {
    return (await this.open(options)).store(this.namespace);
  }

  /** The reason why the harness does not reopen a storage; `undefined` if it does. */
  get whyNotReopened(): string | undefined {
    return skipReason(this.#harness, "reopen");
  }

  /** Makes a storage that is opened repeatedly. Each call first closes the backend of the previous one. */
  async reopen(): Promise<() => Promise<Backend>> {
    const open: BackendFactory = await this.#offered("reopen")();
    let last: Backend | undefined;
    return async () => {
      if (last !== undefined) await this.wait(last.close(), "the backend to close, to be opened again");
      return last = this.#keep(await open());
    };
  }

  /** Makes a storage on which several backends can be opened. */
  async sharedStorage(): Promise<() => Promise<Backend>> {
    return this.#several(await this.#offered("sharedStorage")());
  }

  /** Opens two backends on one storage that carry bus events to each other. */
  async sharedBus(): Promise<readonly [Backend, Backend]> {
    const open = this.#several(await this.#offered("sharedBus")());
    return [await open(), await open()];
  }

  /** Makes a storage. Returns a function that opens another driver on it, for its records. */
  async records(): Promise<() => Promise<RecordScopes>> {
    const open = await this.#offered("records")();
    return async () => {
      const driver = this.#keep(await open(), "driver");
      const close = () => {
        this.#opened.splice(this.#opened.indexOf(driver), 1);
        return this.wait(driver.close(), "a driver to close");
      };
      return new RecordScopes(this.namespace, driver, close);
    };
  }

  /** Makes a storage. Returns a function that opens another driver on it, for its requests. */
  async calls(): Promise<() => Promise<{ readonly calls: Calls; readonly close: () => Promise<void> }>> {
    const open = await this.#offered("calls")();
    return async () => {
      const driver = this.#keep(await open(), "driver");
      if (driver.calls === undefined) throw new ConformanceFailure("A driver for requests carries none");
      const close = () => {
        this.#opened.splice(this.#opened.indexOf(driver), 1);
        return this.wait(driver.close(), "a driver to close");
      };
      return { calls: driver.calls, close };
    };
  }

  /** Makes a storage with records. Returns a function that opens another backend on it. */
  async recordBackends(): Promise<() => Promise<Backend>> {
    const open = await this.#offered("records")();
    return this.#several(async () => createBackend(await open()));
  }

  /** Makes a storage with records. Returns a function that opens another driver on it. */
  async recordDrivers(): Promise<() => Promise<Driver>> {
    const open = await this.#offered("records")();
    return async () => this.#keep(await open(), "driver");
  }

  /** Opens a backend whose namespaces keep at most `maxCommits` commits. */
  async retainCommits(maxCommits: number): Promise<Backend> {
    return this.#keep(await this.#offered("retainCommits")(maxCommits));
  }

  /** Opens a backend whose namespaces keep at most `maxBytes` bytes. */
  async retainBytes(maxBytes: number): Promise<Backend> {
    return this.#keep(await this.#offered("retainBytes")(maxBytes));
  }

  /** Opens a backend whose commits expire by age. */
  async retainAge(): Promise<AgingBackend> {
    const { backend, advanceTime: pass } = await this.#offered("retainAge")();
    return {
      backend: this.#keep(backend),
      advanceTime: (lifetimes) => this.wait(Promise.resolve(pass(lifetimes)), "time to pass"),
    };
  }

  /** Opens a backend whose namespaces have a quota of `maxCommits` commits. */
  async quotaCommits(maxCommits: number): Promise<Backend> {
    return this.#keep(await this.#offered("quotaCommits")(maxCommits));
  }

  /** Opens a backend whose namespaces have a quota of `maxBytes` bytes. */
  async quotaBytes(maxBytes: number): Promise<Backend> {
    return this.#keep(await this.#offered("quotaBytes")(maxBytes));
  }

  /**
   * Registers work that runs beside the case and is awaited later. Its failure is not unhandled if the case fails
   * first.
   */
  background<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    return work;
  }

  /** Waits for a promise. At the timeout the case fails with `whatFor`. */
  async wait<T>(promise: PromiseLike<T>, whatFor: string): Promise<T> {
    this.#waits.add(whatFor);
    const result = await promise;
    this.#waits.delete(whatFor);
    if (this.#givenUp !== undefined) throw this.#givenUp;
    return result;
  }

  /** Runs a case and closes its backends. Fails when the timeout of the harness expires. */
  async run(run: (scene: CaseContext) => Promise<void>): Promise<void> {
    const { timeout: patience = DEFAULT_PATIENCE } = this.#harness;
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#giveUp(patience)), patience);
    try {
      await Promise.race([this.#runAndClose(run), givenUp]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #runAndClose(run: (scene: CaseContext) => Promise<void>): Promise<void> {
    try {
      await run(this);
    } finally {
      await this.wait(Promise.all(this.#opened.map((backend) => backend.close())), "the backends to close");
    }
  }

  #giveUp(patience: number): ConformanceFailure {
    const what = this.#waits.size === 0 ? "an answer of the backend" : [...this.#waits].join(", and for ");
    return this.#givenUp = new ConformanceFailure(`Gave up after ${patience} ms of waiting for ${what}`);
  }

  #several(open: BackendFactory): () => Promise<Backend> {
    return async () => this.#keep(await open());
  }

  #keep<T extends Backend | Driver>(opened: T, kind: "backend" | "driver" = "backend"): T {
    if (typeof opened?.close !== "function") {
      throw new ConformanceFailure(`The harness gave ${formatValue(opened)} where a ${kind} is due`);
    }
    this.#opened.push(opened);
    return opened;
  }

  /**
   * Returns a supported capability. Other cases are skipped, so that it throws only for a case whose definition lacks
   * `requires`.
   */
  #offered<N extends CapabilityName>(need: N): Capability<N> {
    const offer = capabilityOf(this.#harness, need);
    if (typeof offer !== "function") throw new TypeError(`The case has to say that it needs ${need}`);
    return offer as Capability<N>;
  }
}
