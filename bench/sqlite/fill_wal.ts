/**
 * Writes until the WAL file of a database no longer grows. From then on SQLite overwrites the file, as in a process
 * that runs for long. A flush takes longer if the file grows.
 *
 * @param write Commits one transaction.
 */
export async function fillWal(path: string, write: () => unknown): Promise<void> {
  const size = async () => (await Deno.stat(`${path}-wal`)).size;
  let before: number;
  do {
    before = await size();
    await write();
  } while (await size() > before);
}
