import type { Records } from "@flowmade-one/aether/adapter";
import { parseNamespace } from "@flowmade-one/aether";
import type { JetStreamConnection, JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { JetStreamDriver } from "../../../adapters/jetstream/jetstream_driver.ts";
import { checkJetStreamOptions } from "../../../adapters/jetstream/jetstream_options.ts";

/** A driver, whose records are below what a backend shows. */
export function openDriver(connection: JetStreamConnection, options: Partial<JetStreamOptions> = {}): JetStreamDriver {
  const checked = checkJetStreamOptions({ connection, ...options }, "jetstream");
  return new JetStreamDriver(
    new ServerApi(checked.connection, checked.timeout, undefined, checked.apiPrefix),
    checked,
    () => {},
  );
}

/** The records of a namespace. */
export function openRecords(
  connection: JetStreamConnection,
  namespace: string,
  options: Partial<JetStreamOptions> = {},
): Records {
  return openDriver(connection, options).open(parseNamespace(namespace)).records;
}

export const encode = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Does everything that can be done with records, from a scope without any. */
export async function useRecords(records: Records): Promise<void> {
  using _ = records.onHint?.("claims.", () => {});
  const first = await records.put("claims.a", encode("1"), 0);
  assertEquals(await records.put("claims.a", encode("2"), 0), undefined);
  const { entries } = await records.scan("claims.", 0);
  assertEquals(entries, [{ key: "claims.a", value: encode("1"), revision: first! }]);
  await records.delete("claims.a", first!);
  assertEquals((await records.scan("claims.", 0)).entries, []);
}
