/**
 * An adapter that keeps each namespace in a file: what docs/writing-an-adapter.md explains, at full length.
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
 * Opens a backend on a folder, which one backend at a time can have open.
 *
 * @throws {InvalidArgumentError} If an option is invalid.
 * @throws {UnavailableError} If another process, or another backend of this one, has it open.
 */
export async function file(folder: string, options: BackendOptions = {}): Promise<Backend> {
  const checked = checkBackendOptions(options, "file");
  await Deno.mkdir(folder, { recursive: true });
  const lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
  if (await lock.tryLock(true)) return createBackend(new FileDriver(folder, lock), checked);
  lock.close();
  throw new UnavailableError(`Cannot open "${folder}": another backend has it open. Close that one first`);
}

class FileDriver implements Driver {
  readonly capabilities: Capabilities = { durability: "disk", maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES };
  readonly #folder: string;
  /** The system takes it back when the process ends, however it ends. */
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
      // A file whose only line is torn holds no commit, which shows when it is read.
      if (namespace !== undefined && !await this.open(namespace).isUnused()) yield namespace;
    }
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close();
    this.#lock.close();
  }
}

/**
 * A file name for each namespace and no other, where names that differ in case alone are one name too: `Prod.a` is
 * `ns.prod.a+20.jsonl`, lower case and then in hexadecimal which characters were capitals.
 */
function toFileName(namespace: Namespace): string {
  const capitals = namespace.replace(/./g, (character) => /[A-Z]/.test(character) ? "1" : "0");
  return `ns.${namespace.toLowerCase()}+${BigInt(`0b${capitals}`).toString(16)}.jsonl`;
}

/** The namespace of a file name; `undefined` where it is the name of something else. */
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
