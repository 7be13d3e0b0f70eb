import type { StoredSnapshot } from "@flowmade-one/aether/adapter";

/** The snapshots of a namespace: a folder for each actor, with a file for each version. */
export class FileSnapshots {
  readonly #folder: string;
  #lastWork: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  put(actorId: string, { version, bytes }: StoredSnapshot, keep: number): Promise<void> {
    return this.#inTurn(async () => {
      const folder = await this.#folderOf(actorId);
      await Deno.mkdir(folder, { recursive: true });
      // The rename is atomic: after a crash, no part of a snapshot has the name of a version.
      await Deno.writeFile(`${folder}/draft`, bytes);
      await Deno.rename(`${folder}/draft`, `${folder}/${version}`);
      for (const old of (await versionsIn(folder)).slice(keep)) await Deno.remove(`${folder}/${old}`);
    });
  }

  get(actorId: string, atMost: number): Promise<StoredSnapshot | undefined> {
    return this.#inTurn(async () => {
      const folder = await this.#folderOf(actorId);
      const version = (await versionsIn(folder)).find((version) => version <= atMost);
      return version === undefined ? undefined : { version, bytes: await Deno.readFile(`${folder}/${version}`) };
    });
  }

  /** Resolves when no read or write is running. */
  async settled(): Promise<void> {
    await this.#lastWork;
  }

  /** Runs reads and writes one after another, so that no file is removed between its listing and its reading. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastWork.then(work);
    this.#lastWork = result.catch(() => {});
    return result;
  }

  /** The folder of an actor: a hash, because an actor id may be too long for a file name, or have other characters. */
  async #folderOf(actorId: string): Promise<string> {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(actorId));
    return `${this.#folder}/${new Uint8Array(hash).toHex()}`;
  }
}

/** The versions of the snapshots in a folder, newest first. */
async function versionsIn(folder: string): Promise<number[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => b - a);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
