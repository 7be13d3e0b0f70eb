/**
 * An adapter that stores each namespace in a file. docs/writing-an-adapter.md shows a smaller adapter, in memory.
 *
 * ```ts ignore
 * await using backend = await file("data");
 * const store = backend.store("tenant-a");
 * ```
 *
 * @module
 */
import { type Backend, type BackendOptions, type Namespace, parseNamespace } from "@flowmade-one/aether";
import { type Capabilities, checkBackendOptions, createBackend, type Driver } from "@flowmade-one/aether/adapter";
import { DEFAULT_MAX_COMMIT_BYTES } from "@flowmade-one/aether/limits";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { FileLog } from "./file_log.ts";

/**
 * Opens a backend on a folder. A lock keeps the folder for one backend at a time.
 *
 * @throws {InvalidArgumentError} If an option is invalid.
 * @throws {UnavailableError} If another backend, of this or another process, has the folder open.
 */
export async function file(folder: string, options: BackendOptions = {}): Promise<Backend> {
  const checked = checkBackendOptions(options, "file");
  await Deno.mkdir(folder, { recursive: true });
  const lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
  if (await lock.tryLock(true)) return createBackend(new FileDriver(folder, lock), checked);
  lock.close();
  throw new UnavailableError(`Cannot open "${folder}": another backend has it open. Close that backend first`);
}

class FileDriver implements Driver {
  readonly capabilities: Capabilities = { durability: "disk", maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES };
  readonly #folder: string;
  /** The operating system releases the lock when the process ends or crashes. */
  readonly #lock: Deno.FsFile;
  readonly #logs: Map<Namespace, FileLog> = new Map();

  constructor(folder: string, lock: Deno.FsFile) {
    this.#folder = folder;
    this.#lock = lock;
  }

  open(namespace: Namespace): FileLog {
    return this.#logs.getOrInsertComputed(namespace, () => new FileLog(namespace, this.#folder, toFileName(namespace)));
  }

  async *namespaces(): AsyncGenerator<Namespace, void, void> {
    for await (const { name } of Deno.readDir(this.#folder)) {
      const namespace = fromFileName(name);
      // The file must be read, because it may hold no commit: a crash may have interrupted the first append.
      if (namespace !== undefined && !await this.open(namespace).isUnused()) yield namespace;
    }
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close();
    this.#lock.close();
  }
}

/**
 * Makes a file name that is unique even on file systems that ignore case. `Prod.a` becomes `ns.prod.a+20.jsonl`: the
 * namespace in lower case, and a hexadecimal bit mask of its characters in upper case.
 */
function toFileName(namespace: Namespace): string {
  const capitals = namespace.replace(/./g, (character) => /[A-Z]/.test(character) ? "1" : "0");
  return `ns.${namespace.toLowerCase()}+${BigInt(`0b${capitals}`).toString(16)}.jsonl`;
}

/** The namespace of a file name; `undefined` for any other file. */
function fromFileName(fileName: string): Namespace | undefined {
  const [, lower, capitals] = /^ns\.([^+]+)\+([0-9a-f]+)\.jsonl$/.exec(fileName) ?? [];
  if (lower === undefined) return undefined;
  const bits = BigInt(`0x${capitals}`).toString(2).padStart(lower.length, "0");
  const namespace = lower.replace(
    /./g,
    (character, i: number) => bits[i] === "1" ? character.toUpperCase() : character,
  );
  return parseNamespace(namespace);
}
