import type {
  BusTransport,
  Calls,
  Capabilities,
  Commit,
  Driver,
  Log,
  LogRange,
  Page,
  Pages,
  Records,
  StorageProbe,
} from "../../adapter.ts";
import type { Namespace, RecordedEvent } from "../../mod.ts";

/** The faults of a log: the methods that replace those of a correct one. */
export type Fault = (log: Log, context: FaultContext) => Partial<Log>;

/** The parts that a fault can use. */
export interface FaultContext {
  readonly namespace: Namespace;
  /** The good logs of every namespace opened so far, this one included. */
  readonly logs: ReadonlyMap<Namespace, Log>;
}

/** The fault of the list of namespaces: a function of the correct list and of the namespaces that this backend opened. */
export type ListFault = (listed: readonly Namespace[], opened: readonly Namespace[]) => Iterable<Namespace>;

/** The fault of the names under which logs are stored. */
export type NameFault = (namespace: Namespace) => Namespace;

/** The faults of the bus transport: the methods that replace those of a correct one. */
export type CarrierFault = (carrier: BusTransport) => Partial<BusTransport>;

/** The faults of requests: the members that differ from those of good ones. */
export type CallsFault = (calls: Calls) => Partial<Calls>;

/** The faults of records, of namespaces and of the backend: the methods that replace those of correct ones. */
export type RecordsFault = (records: Records) => Partial<Records>;

/** The faults of a driver; none by default. */
export interface Faults {
  readonly fault?: Fault | undefined;
  readonly listFault?: ListFault | undefined;
  readonly nameFault?: NameFault | undefined;
  readonly carrierFault?: CarrierFault | undefined;
  readonly recordsFault?: RecordsFault | undefined;
  readonly callsFault?: CallsFault | undefined;
  readonly probeFault?: (() => Promise<StorageProbe>) | undefined;
}

/** A good driver whose logs, or whose list of them, or whose carrier or records, have a fault. */
export class FaultyDriver implements Driver {
  readonly transport: BusTransport | undefined;
  readonly records: Records | undefined;
  readonly calls: Calls | undefined;
  readonly #recordsFault: RecordsFault;
  readonly #probeFault: Faults["probeFault"];
  readonly #good: Driver;
  readonly #fault: Fault;
  readonly #listFault: ListFault;
  readonly #nameFault: NameFault;
  readonly #logs: Map<Namespace, Log> = new Map();

  constructor(
    good: Driver,
    { fault, listFault, nameFault, carrierFault, recordsFault, callsFault, probeFault }: Faults,
  ) {
    this.#good = good;
    this.#probeFault = probeFault;
    this.#recordsFault = recordsFault ?? (() => ({}));
    const { calls } = good;
    this.calls = calls && { ...delegateToCalls(calls), ...callsFault?.(calls) };
    this.records = this.#spoil(good.records);
    this.transport = good.transport && { ...good.transport, ...carrierFault?.(good.transport) };
    this.#fault = fault ?? (() => ({}));
    this.#listFault = listFault ?? ((listed) => listed);
    this.#nameFault = nameFault ?? ((namespace) => namespace);
  }

  get capabilities(): Capabilities {
    return this.#good.capabilities;
  }

  async probe(signal: AbortSignal): Promise<StorageProbe> {
    return await (this.#probeFault?.() ?? this.#good.probe?.(signal)) ?? {};
  }

  open(namespace: Namespace): Log {
    const log = this.#good.open(this.#nameFault(namespace));
    this.#logs.set(namespace, log);
    const records = this.#spoil(log.records);
    return { ...delegateTo(log), records, ...this.#fault(log, { namespace, logs: this.#logs }) };
  }

  async *namespaces(): AsyncGenerator<Namespace> {
    const listed = await Array.fromAsync(this.#good.namespaces());
    yield* this.#listFault(listed, [...this.#logs.keys()]);
  }

  close(): Promise<void> {
    return this.#good.close();
  }

  #spoil(records: Records | undefined): Records | undefined {
    return records && { ...delegateToRecords(records), ...this.#recordsFault(records) };
  }
}

/** Records that do what others do. */
function delegateToRecords(records: Records): Records {
  return {
    isReplaceable: records.isReplaceable,
    put: (key, value, expected, signal) => records.put(key, value, expected, signal),
    scan: (prefix, after, signal) => records.scan(prefix, after, signal),
    delete: (key, revision, signal) => records.delete(key, revision, signal),
    ...(records.onHint && { onHint: (prefix, listener) => records.onHint!(prefix, listener) }),
  };
}

/** Calls that do what others do. */
function delegateToCalls(calls: Calls): Calls {
  return {
    maxBytes: calls.maxBytes,
    serve: (address, answer) => calls.serve(address, answer),
    call: (address, request, options) => calls.call(address, request, options),
  };
}

/** A log that does what another does. */
export function delegateTo(log: Log): Log {
  return {
    records: log.records,
    append: (commit, signal) => log.append(commit, signal),
    readActor: (actorId, range, signal) => log.readActor(actorId, range, signal),
    readLog: (range, signal) => log.readLog(range, signal),
    follow: (range, signal) => log.follow(range, signal),
    latestCommit: (signal) => log.latestCommit(signal),
    latestVersion: (actorId, signal) => log.latestVersion(actorId, signal),
    putSnapshot: (actorId, snapshot, keep, signal) => log.putSnapshot(actorId, snapshot, keep, signal),
    getSnapshot: (actorId, atMost, signal) => log.getSnapshot(actorId, atMost, signal),
  };
}

/** Changes the events that a log gives, one by one; `undefined` drops one. */
export function changeEvents(
  log: Log,
  change: (event: RecordedEvent) => RecordedEvent | undefined,
): Pick<Log, "readActor" | "readLog" | "follow"> {
  const changePage = (page: Page) => page.map(change).filter((event) => event !== undefined);
  return {
    readActor: (actorId, range, signal) => mapPages(log.readActor(actorId, range, signal), changePage),
    readLog: (range, signal) => mapPages(log.readLog(range, signal), changePage),
    follow: (range, signal) => mapItems(log.follow(range, signal), changePage),
  };
}

/** Changes the pages of a read. */
export async function* mapPages(pages: Pages, change: (page: Page) => Page): AsyncGenerator<Page> {
  for await (const page of pages) yield change(page);
}

/** Changes the pages that a log gives to those who follow it. */
export async function* mapItems(
  items: AsyncIterable<Page | "caughtUp">,
  change: (page: Page) => Page,
): AsyncGenerator<Page | "caughtUp"> {
  for await (const item of items) yield item === "caughtUp" ? item : change(item);
}

/** The range of all commits of a log. */
export const WHOLE_LOG: LogRange = {
  from: 1,
  to: Infinity,
  backwards: false,
  reached: 0,
  identity: undefined,
  actors: undefined,
  limit: Infinity,
};

/** All events of a read, as one array. */
export async function allOf(pages: Pages): Promise<RecordedEvent[]> {
  const all = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** A change of what is appended. */
export function changeCommits(log: Log, change: (commit: Commit) => Commit): Pick<Log, "append"> {
  return { append: (commit, signal) => log.append(change(commit), signal) };
}
