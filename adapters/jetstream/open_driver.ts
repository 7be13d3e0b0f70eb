import { backgroundErrorReporter } from "../../adapter.ts";
import { ServerApi } from "./api/server_api.ts";
import { withUserErrors } from "./api/to_user_error.ts";
import { JetStreamDriver } from "./jetstream_driver.ts";
import type { AdapterOptions } from "./jetstream_options.ts";
import { checkFeatures } from "./streams/check_features.ts";
import { checkServer } from "./streams/check_server.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "./util/environment.ts";

/**
 * Checks that a server has the features that the options need, and opens its driver.
 *
 * @throws {UnsupportedStorageError} If the server lacks a feature, or the NATS user lacks a permission.
 * @throws {UnavailableError} If the server does not answer.
 */
export async function openDriver(
  options: AdapterOptions,
  environment: Environment = SYSTEM_ENVIRONMENT,
): Promise<JetStreamDriver> {
  const api = new ServerApi(options.connection, options.timeout, environment, options.apiPrefix);
  try {
    await withUserErrors("use JetStream", checkServer(api, options));
    checkFeatures(api, options);
  } catch (error) {
    api.close();
    throw error;
  }
  return new JetStreamDriver(api, options, backgroundErrorReporter(options.backend.onError));
}
