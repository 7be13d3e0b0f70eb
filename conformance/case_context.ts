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

/** Milliseconds after which a case fails by default. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** The context of one run of a case: backends that are closed after the run, and an unused namespace. */
export class CaseContext {
  /** A unique name of this run: a namespace, or the prefix of several. One token in lower case. */
  readonly namespace: string = `c${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
  readonly #harness: ConformanceHarness;
  readonly #opened: (Backend | Driver)[] = [];
  readonly #waits: Set<string> = new Set();
  #timeoutFailure: ConformanceFailure | undefined;

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

  /** The reason why the harness cannot reopen a storage; `undefined` if it can. */
  get reopenSkipReason(): string | undefined {
    return skipReason(this.#harness, "reopen");
  }

  /** Makes a storage. Returns a function that opens it. Each call first closes the backend of the call before. */
  async reopen(): Promise<() => Promise<Backend>> {
    const open: BackendFactory = await this.#capability("reopen")();
    let last: Backend | undefined;
    return async () => {
      if (last !== undefined) await this.wait(last.close(), "the backend to close, to be opened again");
      return last = this.#keep(await open());
    };
  }

  /** Makes a storage. Returns a function that opens another backend on it. */
  async sharedStorage(): Promise<() => Promise<Backend>> {
    return this.#backendFactory(await this.#capability("sharedStorage")());
  }

  /** Opens two backends on one storage that carry bus events to each other. */
  async sharedBus(): Promise<readonly [Backend, Backend]> {
    const open = this.#backendFactory(await this.#capability("sharedBus")());
    return [await open(), await open()];
  }

  /** Makes a storage. Returns a function that opens another driver on it, for its records. */
  async records(): Promise<() => Promise<RecordScopes>> {
    const open = await this.#capability("records")();
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
    const open = await this.#capability("calls")();
    return async () => {
      const driver = this.#keep(await open(), "driver");
      if (driver.calls === undefined) {
        throw new ConformanceFailure("Cannot run the case: the harness opened a driver without calls");
      }
      const close = () => {
        this.#opened.splice(this.#opened.indexOf(driver), 1);
        return this.wait(driver.close(), "a driver to close");
      };
      return { calls: driver.calls, close };
    };
  }

  /** Makes a storage with records. Returns a function that opens another backend on it. */
  async recordBackends(): Promise<() => Promise<Backend>> {
    const open = await this.#capability("records")();
    return this.#backendFactory(async () => createBackend(await open()));
  }

  /** Makes a storage with records. Returns a function that opens another driver on it. */
  async recordDrivers(): Promise<() => Promise<Driver>> {
    const open = await this.#capability("records")();
    return async () => this.#keep(await open(), "driver");
  }

  /** Opens a backend whose namespaces keep at most `maxCommits` commits. */
  async retainCommits(maxCommits: number): Promise<Backend> {
    return this.#keep(await this.#capability("retainCommits")(maxCommits));
  }

  /** Opens a backend whose namespaces keep at most `maxBytes` bytes. */
  async retainBytes(maxBytes: number): Promise<Backend> {
    return this.#keep(await this.#capability("retainBytes")(maxBytes));
  }

  /** Opens a backend whose commits expire by age. */
  async retainAge(): Promise<AgingBackend> {
    const { backend, advanceTime } = await this.#capability("retainAge")();
    return {
      backend: this.#keep(backend),
      advanceTime: (lifetimes) => this.wait(Promise.resolve(advanceTime(lifetimes)), "time to pass"),
    };
  }

  /** Opens a backend whose namespaces have a quota of `maxCommits` commits. */
  async quotaCommits(maxCommits: number): Promise<Backend> {
    return this.#keep(await this.#capability("quotaCommits")(maxCommits));
  }

  /** Opens a backend whose namespaces have a quota of `maxBytes` bytes. */
  async quotaBytes(maxBytes: number): Promise<Backend> {
    return this.#keep(await this.#capability("quotaBytes")(maxBytes));
  }

  /**
   * Returns work that runs concurrently with the case, and that the case awaits later. If the case fails first, a
   * rejection of the work is ignored.
   */
  background<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    return work;
  }

  /** Waits for a promise. At the timeout, the message of the failure names `whatFor`. */
  async wait<T>(promise: PromiseLike<T>, whatFor: string): Promise<T> {
    this.#waits.add(whatFor);
    const result = await promise;
    this.#waits.delete(whatFor);
    if (this.#timeoutFailure !== undefined) throw this.#timeoutFailure;
    return result;
  }

  /** Runs a case and closes its backends. Fails when the timeout of the harness expires. */
  async run(run: (context: CaseContext) => Promise<void>): Promise<void> {
    const { timeout = DEFAULT_TIMEOUT_MS } = this.#harness;
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#timeOut(timeout)), timeout);
    try {
      await Promise.race([this.#runAndClose(run), timedOut]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #runAndClose(run: (context: CaseContext) => Promise<void>): Promise<void> {
    try {
      await run(this);
    } finally {
      await this.wait(Promise.all(this.#opened.map((backend) => backend.close())), "the backends to close");
    }
  }

  #timeOut(timeout: number): ConformanceFailure {
    const waits = this.#waits.size === 0 ? "an answer of the backend" : [...this.#waits].join(", and for ");
    return this.#timeoutFailure = new ConformanceFailure(
      `Cannot finish the case in ${timeout} ms: it waits for ${waits}`,
    );
  }

  #backendFactory(open: BackendFactory): () => Promise<Backend> {
    return async () => this.#keep(await open());
  }

  #keep<T extends Backend | Driver>(opened: T, kind: "backend" | "driver" = "backend"): T {
    if (typeof opened?.close !== "function") {
      throw new ConformanceFailure(
        `Cannot run the case: the harness returned ${formatValue(opened)} instead of a ${kind}`,
      );
    }
    this.#opened.push(opened);
    return opened;
  }

  /**
   * Returns a supported capability. Cases of other capabilities are skipped. The method throws only for a case whose
   * definition lacks `requires`.
   */
  #capability<N extends CapabilityName>(need: N): Capability<N> {
    const offer = capabilityOf(this.#harness, need);
    if (typeof offer !== "function") {
      throw new TypeError(`Cannot use the capability ${need}: the case does not declare it. Add requires: "${need}"`);
    }
    return offer as Capability<N>;
  }
}
