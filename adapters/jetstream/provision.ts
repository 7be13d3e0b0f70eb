import { InvalidArgumentError, parseNamespace } from "../../mod.ts";
import { checkFeatures } from "./check_features.ts";
import { checkServer } from "./check_server.ts";
import { explained } from "./explained.ts";
import { JetStreamDriver } from "./jetstream_driver.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { ServerApi } from "./server_api.ts";
