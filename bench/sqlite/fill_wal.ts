/**
 * Writes until the WAL file of a database no longer grows. From then on SQLite overwrites it. A flush of a file that grows
 * takes longer than one of a file that is overwritten, which every long-running process does.
 *
 * @param write Makes one transaction.
 */
export async function fillWal(path: string, write: () => unknown): Promise<void> {
  const size = async () => (await Deno.stat(`${path}-wal`)).size;
  let before: number;
  do {
    before = await size();
    await write();
  } while (await size() > before);
}
