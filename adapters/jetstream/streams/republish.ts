import { UnsupportedStorageError } from "../../../errors.ts";
import { encodeLogMarker, type LogMarker } from "../wire/log_marker.ts";
import type { Names } from "../wire/names.ts";
import type { StreamConfig, StreamSettings } from "./stream_settings.ts";

/** The `republish` of the stream of a log. */
export function republishOf({ logPrefix, commitsPrefix }: Names): { readonly src: string; readonly dest: string } {
  return { src: `${logPrefix}>`, dest: `${commitsPrefix}>` };
}

/**
 * Checks that the republish configuration of an existing log agrees with its marker.
 *
 * The marker decides, so that all processes agree. A log that republishes is also accepted if `republish: false` is
 * requested, because its commits reach every subscriber.
 *
 * @throws {UnsupportedStorageError} If the stream differs from its marker, or if `republish: true` is requested and
 * the log does not republish.
 */
export function checkRepublish(
  names: Names,
  { name, republish }: StreamConfig,
  marker: LogMarker,
  wanted: Pick<StreamSettings, "republish">,
): void {
  const { namespace } = names;
  const found = JSON.stringify(republish ?? null);
  if (!marker.republish && republish) {
    throw new UnsupportedStorageError(
      `Cannot use namespace "${namespace}": its stream "${name}" has republish: ${found}, and its description says ` +
        `republish=off. Remove republish from the stream, or set its description to ` +
        `"${encodeLogMarker({ ...marker, republish: true })}"`,
    );
  }
  if (!marker.republish) {
    if (wanted.republish !== true) return;
    throw new UnsupportedStorageError(
      `Cannot use namespace "${namespace}" with republish: true: its stream "${name}" exists with republish=off, so ` +
        `that the buses of other processes do not receive its commits. Omit the option, or change the stream`,
    );
  }
  const { src, dest } = republishOf(names);
  if (republish?.src === src && republish.dest === dest && republish.headers_only !== true) return;
  throw new UnsupportedStorageError(
    `Cannot use namespace "${namespace}": its stream "${name}" has republish: ${found}, so that the buses of other ` +
      `processes do not receive its commits. Set republish to ${JSON.stringify({ src, dest })}`,
  );
}
