import type { Namespace } from "../../../mod.ts";
import { UnavailableError } from "../../../errors.ts";
import type { StreamInfo } from "./managed_stream.ts";
import { decodeLogMarker } from "../wire/log_marker.ts";
import { namespaceOfLog } from "../wire/names.ts";
import { isTransient } from "../api/api_error.ts";
import type { ServerApi } from "../api/server_api.ts";

interface StreamList {
  readonly total: number;
  readonly streams: readonly StreamInfo[] | null;
  /** The names of streams whose servers did not answer. */
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

async function listStreams(api: ServerApi, request: object): Promise<StreamList> {
  const budget = api.newBudget(undefined);
  let failure: unknown;
  while (true) {
    try {
      const list = await api.ask<StreamList>("STREAM.LIST", request, budget.options);
      if (!list.missing?.length) return list;
      failure = missingStreams(list.missing);
    } catch (error) {
      if (!isTransient(error)) throw error;
      failure ??= error;
    }
    await budget.backoff(failure);
  }
}

function missingStreams(streams: readonly string[]): UnavailableError {
  const named = streams.map((name) => `"${name}"`).join(", ");
  return new UnavailableError(`Cannot list namespaces: the servers of the streams ${named} do not answer. Try again`);
}
