import { checkWholeNumber } from "../../adapter.ts";
import { ChangeWrite } from "./database/change_write.ts";
import { openFile } from "./database/open_file.ts";
import type { StoreFile } from "./database/store_file.ts";
import { WriteQueue } from "./database/write_queue.ts";
import { checkPath, DEFAULT_TIMEOUT_MS, MAX_DELAY_MS } from "./sqlite_options.ts";

/** The file that an operator changes. */
export interface OperatorOptions {
  /** The path of an existing file, or its `file:` URL. */
  readonly path: string | URL;
  /** Milliseconds that the change waits while another process keeps the file locked; 15,000 by default. */
  readonly timeout?: number | undefined;
}

/** The names of the options of {@link OperatorOptions}. */
export const OPERATOR_OPTIONS: readonly (keyof OperatorOptions)[] = ["path", "timeout"];

/**
 * Opens an existing file with any bounds, calls a function that changes it, and closes the file.
 *
 * @throws {InvalidArgumentError} If the path or the timeout has a wrong value.
 */
export async function withExistingFile(
  options: OperatorOptions,
  change: (file: StoreFile, queue: WriteQueue) => Promise<void>,
): Promise<void> {
  const { timeout = DEFAULT_TIMEOUT_MS } = options;
  const path = checkPath(options.path);
  checkWholeNumber(timeout, "timeout", 1, MAX_DELAY_MS);
  const file = await openFile({ path, durability: "disk", timeout, bounds: undefined });
  try {
    await change(file, new WriteQueue(file, timeout));
  } finally {
    file.close();
  }
}

/**
 * Makes a change by an operator, in one transaction.
 *
 * @param attempt The attempted change, for errors.
 */
export function operatorWrite(attempt: string, change: () => void): ChangeWrite {
  return new ChangeWrite({ attempt, bytes: 0, isDurable: true }, change);
}
