import { backgroundErrorReporter, type Capabilities, type Driver, type StorageProbe } from "../../adapter.ts";
import type { Namespace } from "../../mod.ts";
import { BusCarrier } from "./bus/bus_carrier.ts";
import { toUserError } from "./database/to_user_error.ts";
import { ChangePoll } from "./database/change_poll.ts";
import type { StoreFile } from "./database/store_file.ts";
import { WriteQueue } from "./database/write_queue.ts";
import { ChangeWatch } from "./log/change_watch.ts";
import { listNamespaces } from "./log/list_namespaces.ts";
import { LogState } from "./log/log_state.ts";
import { BACKEND_OWNER } from "./records/record_owner.ts";
import { SqliteRecords } from "./records/sqlite_records.ts";
import { SqliteLog } from "./sqlite_log.ts";
import type { CheckedSqliteOptions } from "./sqlite_options.ts";

/** The driver of one file, with all its namespaces. */
export class SqliteDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly transport: BusCarrier;
  readonly records: SqliteRecords;
  readonly #file: StoreFile;
  readonly #queue: WriteQueue;
  readonly #poll: ChangePoll;
  readonly #watch: ChangeWatch;
  readonly #now: () => number;

  constructor(file: StoreFile, { durability, maxCommitBytes, timeout, pollInterval, backend }: CheckedSqliteOptions) {
    this.capabilities = { durability, maxCommitBytes };
    this.#file = file;
    this.#queue = new WriteQueue(file, timeout);
    const poll = this.#poll = new ChangePoll(file, pollInterval);
    this.#watch = new ChangeWatch(poll);
    const report = backgroundErrorReporter(backend.onError);
    this.transport = new BusCarrier({ file, queue: this.#queue, poll, report });
    this.records = new SqliteRecords(BACKEND_OWNER, { file, queue: this.#queue, poll });
    this.#now = backend.now ?? Date.now;
  }

  open(namespace: Namespace): SqliteLog {
    const log = new LogState(namespace, this.#file);
    return new SqliteLog(log, {
      records: new SqliteRecords(log, { file: this.#file, queue: this.#queue, poll: this.#poll }),
      queue: this.#queue,
      watch: this.#watch,
      bus: this.transport,
      now: this.#now,
    });
  }

  probe(): Promise<StorageProbe> {
    try {
      this.#file.checkPath();
      const { connection } = this.#file;
      const pageSize = connection.readPragma("page_size");
      const usedPages = connection.readPragma("page_count") - connection.readPragma("freelist_count");
      const maxPages = connection.readPragma("max_page_count");
      return Promise.resolve({ usedBytes: usedPages * pageSize, maxBytes: maxPages * pageSize });
    } catch (error) {
      return Promise.reject(toUserError("probe the file", undefined, error));
    }
  }

  namespaces(): Namespace[] {
    try {
      return listNamespaces(this.#file.connection);
    } catch (error) {
      throw toUserError("list the namespaces", undefined, error);
    }
  }

  async close(): Promise<void> {
    this.transport.close();
    await this.#queue.drain();
    this.#file.close();
  }
}
