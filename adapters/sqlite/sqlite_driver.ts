import type { Capabilities, Driver } from "../../adapter.ts";
import type { Namespace } from "../../mod.ts";
import type { StoreFile } from "./database/store_file.ts";
import { WriteQueue } from "./database/write_queue.ts";
import { ChangeWatch } from "./log/change_watch.ts";
import { listNamespaces } from "./log/list_namespaces.ts";
import { LogState } from "./log/log_state.ts";
import { SqliteLog } from "./sqlite_log.ts";
import type { CheckedSqliteOptions } from "./sqlite_options.ts";

/** All namespaces of one file. */
export class SqliteDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly #file: StoreFile;
  readonly #queue: WriteQueue;
  readonly #watch: ChangeWatch;
  readonly #now: () => number;

  constructor(file: StoreFile, { durability, maxCommitBytes, timeout, pollInterval, backend }: CheckedSqliteOptions) {
    this.capabilities = { durability, maxCommitBytes };
    this.#file = file;
    this.#queue = new WriteQueue(file, timeout);
    this.#watch = new ChangeWatch(file, pollInterval);
    this.#now = backend.now ?? Date.now;
  }

  open(namespace: Namespace): SqliteLog {
    return new SqliteLog(new LogState(namespace, this.#file), {
      queue: this.#queue,
      watch: this.#watch,
      now: this.#now,
    });
  }

  namespaces(): Namespace[] {
    return listNamespaces(this.#file.connection);
  }

  async close(): Promise<void> {
    await this.#queue.drain();
    this.#file.close();
  }
}
