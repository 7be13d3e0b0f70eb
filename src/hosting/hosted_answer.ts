import { MAX_COPIED_JSON_BYTES } from "../base/limits.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { freezeJson } from "../events/freeze_json.ts";
import type { HostSettings } from "./host_options.ts";

/**
 * A frozen copy of a command or an answer that is sent between processes.
 *
 * @param isStored Whether the command is stored already. The error says so.
 * @throws {InvalidArgumentError} If it is not JSON.
 */
export function freezeMessage(value: unknown, name: "command" | "answer", isStored = false): unknown {
  try {
    return freezeJson(value, name, MAX_COPIED_JSON_BYTES).value;
  } catch (cause) {
    if (!isAetherError(cause, "invalid-event")) throw cause;
    throw new InvalidArgumentError(
      `Cannot execute a command on an actor that is hosted in a cluster: ${cause.message}. ` +
        (isStored ? "The command is stored" : "Nothing was stored"),
      { argument: name },
      { cause },
    );
  }
}

/**
 * The answer of a host for the state after a command; `undefined` if the host makes none.
 *
 * @param isStored Whether the command is stored already. The error says so.
 * @throws {InvalidArgumentError} If the answer is not JSON in a cluster.
 */
export function answerOf<S>({ answer, cluster }: HostSettings<S>, state: S, isStored = false): unknown {
  if (answer === undefined) return undefined;
  const value = answer(state);
  return cluster === undefined ? value : freezeMessage(value, "answer", isStored);
}
