import type { Driver } from "../src/driver/driver.ts";
import type { Log } from "../src/driver/log.ts";
import type { RecordEntry, Records } from "../src/driver/records.ts";
import { parseNamespace } from "../src/values/parse_namespace.ts";
import { ConformanceFailure } from "./conformance_failure.ts";
import { expectEqual, expectTrue } from "./expect.ts";

/** One scope of a driver's records, with keys of this case only. */
export class RecordScope {
  /** The name of the scope in failures. */
  readonly title: string;
  readonly records: Records;
  readonly #base: string;

  constructor(title: string, records: Records | undefined, base: string) {
    if (records === undefined) {
      throw new ConformanceFailure(`Cannot run the case: the harness opened a driver without ${title}`);
    }
    this.title = title;
    this.records = records;
    this.#base = base;
  }

  /** A key that no other run of a case uses; without an argument, the prefix of all such keys. */
  key(name = ""): string {
    return `${this.#base}.${name}`;
  }

  /** Puts a string. */
  async put(name: string, value: string, expected: number): Promise<number | undefined> {
    return await this.records.put(this.key(name), new TextEncoder().encode(value), expected);
  }

  /** Puts a string, and fails if the key is not at the expected revision. */
  async mustPut(name: string, value: string, expected: number): Promise<number> {
    const revision = await this.put(name, value, expected);
    const put = `${this.title}: a put of "${name}" over revision ${expected}`;
    if (revision === undefined) throw new ConformanceFailure(`${put} was refused`);
    expectTrue(
      Number.isSafeInteger(revision) && revision > 0,
      `${put} returns a whole number that is at least 1, but it returned ${revision}`,
    );
    return revision;
  }

  /** Reads all batches of a scan, and checks their order. */
  async scan(prefix = "", after = 0): Promise<RecordEntry[]> {
    const entries: RecordEntry[] = [];
    for (let from = after;;) {
      const batch = await this.records.scan(this.key(prefix), from);
      for (const entry of batch.entries) {
        expectTrue(
          entry.revision > from,
          `${this.title}: a scan after revision ${after} returns rising revisions: ${entry.revision} follows ${from}`,
        );
        from = entry.revision;
        entries.push(entry);
      }
      if (!batch.more) return entries;
      expectTrue(batch.entries.length > 0, `${this.title}: a batch with \`more\` has at least one entry`);
    }
  }

  /** The entries that a scan reads, as `name=value`. */
  async values(prefix: string, after: number): Promise<string[]> {
    const decoder = new TextDecoder();
    return (await this.scan(prefix, after)).map(({ key, value }) =>
      `${key.slice(this.key().length)}=${decoder.decode(value)}`
    );
  }

  async expectValues(expected: readonly string[], fact: string, prefix = "", after = 0): Promise<void> {
    expectEqual(await this.values(prefix, after), expected, `${this.title}: ${fact}`);
  }
}

/** The scopes of one driver. */
export class RecordScopes {
  /** Closes the driver. */
  readonly close: () => Promise<void>;
  readonly #token: string;
  readonly #driver: Driver;
  /** The opened logs, by namespace: each namespace is opened once. */
  readonly #logs: Map<string, Log> = new Map();

  /** @param token A token that no other run of a case uses. */
  constructor(token: string, driver: Driver, close: () => Promise<void>) {
    this.#token = token;
    this.#driver = driver;
    this.close = close;
  }

  /** The records of the backend, which belong to no namespace. */
  get backend(): RecordScope {
    return new RecordScope("the backend's records", this.#driver.records, this.#token);
  }

  /** The records of the namespace of the case, or of a namespace below it. */
  namespace(child?: string): RecordScope {
    const name = child === undefined ? this.#token : `${this.#token}.${child}`;
    let log = this.#logs.get(name);
    if (log === undefined) this.#logs.set(name, log = this.#driver.open(parseNamespace(name)));
    return new RecordScope(`the records of namespace "${name}"`, log.records, this.#token);
  }

  /** One scope of each kind. */
  both(): RecordScope[] {
    return [this.namespace(), this.backend];
  }
}
