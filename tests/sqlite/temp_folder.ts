/** A temporary folder for the files of one test. Its disposal at the end of the test removes it. */
export class TempFolder implements AsyncDisposable {
  readonly path: string;
  #files = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TempFolder> {
    return new TempFolder(await Deno.makeTempDir({ prefix: "aether-sqlite-" }));
  }

  /** The path of a file that does not exist. */
  newPath(): string {
    return `${this.path}/${this.#files++}.db`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
