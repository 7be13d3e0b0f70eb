import type { StoredSnapshot } from "@flowmade-one/aether/adapter";

/** The snapshots of a namespace: a folder for each actor, with a file for each version. */
export class FileSnapshots {
  readonly #folder: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  put(actorId: string, { version, bytes }: StoredSnapshot, keep: number): Promise<void> {
    return this.#inTurn(async () => {
      const folder = await this.#folderOf(actorId);
      await Deno.mkdir(folder, { recursive: true });
      // Renamed into place, so that after a crash either the old or the new snapshot exists, never a part of one.
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
    await this.#last;
  }

  /** Runs work one after another, so that no file is removed between its listing and its reading. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** An actor id may be longer than a file name and have other characters. Its hash is neither. */
  async #folderOf(actorId: string): Promise<string> {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(actorId));
    return `${this.#folder}/${new Uint8Array(hash).toHex()}`;
  }
}

/** Newest first. */
async function versionsIn(folder: string): Promise<number[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => b - a);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
