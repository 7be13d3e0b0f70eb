import type { Records } from "@flowmade-one/aether/adapter";
import { parseNamespace } from "@flowmade-one/aether";
import type { JetStreamConnection, JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { JetStreamDriver } from "../../../adapters/jetstream/jetstream_driver.ts";
import { checkJetStreamOptions } from "../../../adapters/jetstream/jetstream_options.ts";

/** Opens a driver. A test needs it for records, which a backend does not expose. */
export function openDriver(connection: JetStreamConnection, options: Partial<JetStreamOptions> = {}): JetStreamDriver {
  const checked = checkJetStreamOptions({ connection, ...options }, "jetstream");
  return new JetStreamDriver(
    new ServerApi(checked.connection, checked.timeout, undefined, checked.apiPrefix),
    checked,
    () => {},
  );
}

/** Opens the records of a namespace. */
export function openRecords(
  connection: JetStreamConnection,
  namespace: string,
  options: Partial<JetStreamOptions> = {},
): Records {
  return openDriver(connection, options).open(parseNamespace(namespace)).records;
}

export const encode = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Uses every method of records. The scope `claims.` must be empty. */
export async function useRecords(records: Records): Promise<void> {
  using _ = records.onHint?.("claims.", () => {});
  const first = await records.put("claims.a", encode("1"), 0);
  assertEquals(await records.put("claims.a", encode("2"), 0), undefined);
  const { entries } = await records.scan("claims.", 0);
  assertEquals(entries, [{ key: "claims.a", value: encode("1"), revision: first! }]);
  await records.delete("claims.a", first!);
  assertEquals((await records.scan("claims.", 0)).entries, []);
}
