import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";

/**
 * A misuse of a model that the library has detected inside of the model, and that no retry can resolve. The projection
 * ends. An `InvalidArgumentError` that the code of the application throws is retried.
 */
export class ModelMisuseError extends InvalidArgumentError {}
