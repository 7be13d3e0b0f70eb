import { type Namespace, UnreachableError } from "../../../mod.ts";
import type { StreamInfo } from "./lazy_stream.ts";
import { decodeLogMarker } from "../wire/log_marker.ts";
import { namespaceOfLog } from "../wire/names.ts";
import { Patience } from "../api/patience.ts";
import { isPassing } from "../api/api_error.ts";
import type { ServerApi } from "../api/server_api.ts";

interface StreamList {
  readonly total: number;
  readonly streams: readonly StreamInfo[] | null;
  /** Those of a cluster whose servers did not answer. */
  readonly missing?: readonly string[] | null;
}

/** Lists the namespaces that have stored commits. */
export async function* listNamespaces(api: ServerApi, prefix: string): AsyncGenerator<Namespace, void, void> {
  for (let offset = 0;;) {
    const { total, streams } = await listStreams(api, { offset, subject: `${prefix}.log.>` });
    for (const { config, state } of streams ?? []) {
      const namespace = namespaceOfLog(prefix, config.name, config.subjects ?? []);
      const isOurs = namespace !== undefined && decodeLogMarker(config.description) !== undefined;
      if (isOurs && state.last_seq > 0) yield namespace;
    }
    offset += streams?.length ?? 0;
    if (!streams?.length || offset >= total) return;
  }
}

async function listStreams(api: ServerApi, question: object): Promise<StreamList> {
  const patience = new Patience(api.patience, undefined);
  let failure: unknown;
  while (true) {
    try {
      const list = await api.ask<StreamList>("STREAM.LIST", question, patience.options);
      if (!list.missing?.length) return list;
      failure = unheardOf(list.missing);
    } catch (error) {
      if (!isPassing(error)) throw error;
      failure ??= error;
    }
    await patience.again(failure);
  }
}

function unheardOf(streams: readonly string[]): UnreachableError {
  const named = streams.map((name) => `"${name}"`).join(", ");
  return new UnreachableError(`Cannot list namespaces: the servers of ${named} do not answer. Try again when they do`);
}
