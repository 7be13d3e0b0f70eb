import { checkOptions } from "../../adapter.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { ServerApi } from "./api/server_api.ts";

/** Options for assigning the identity of a log: see the options of `jetstream()`. */
export type LogIdentityOptions = Pick<JetStreamOptions, "connection" | "prefix" | "domain" | "apiPrefix" | "timeout">;

const OPTIONS: ReadonlySet<string> = new Set(["connection", "prefix", "domain", "apiPrefix", "timeout"]);

/**
 * Checks the options, and runs a task with the API of the server.
 *
 * @param functionName The name of the called function for errors.
 * @throws {InvalidArgumentError} If an option is not valid.
 */
export async function withServerApi(
  options: LogIdentityOptions,
  functionName: string,
  run: (api: ServerApi, prefix: string) => Promise<void>,
): Promise<void> {
  checkOptions(options, OPTIONS, functionName);
  const { connection, timeout, prefix, apiPrefix } = checkJetStreamOptions(options, functionName);
  const api = new ServerApi(connection, timeout, undefined, apiPrefix);
  try {
    await run(api, prefix);
  } finally {
    api.close();
  }
}
