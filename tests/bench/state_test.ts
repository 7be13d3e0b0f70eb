import { assert, assertEquals } from "@std/assert";
import { captureDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";
import { natsServerForTests } from "../../tools/nats_server.ts";

Deno.test({
  name: "the state benches run, and every state is what its events say",
  ignore: "skip" in await natsServerForTests("2.15.1"),
  async fn() {
    const command = ["--quiet", "-A", "--v8-flags=--expose-gc", "bench/main.ts", "state", "--short", "--json"];
    const { code, output } = await captureDeno(await choosePackageSource(), ["run", ...command]);
    assertEquals(code, 0, output);
    const lines = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    const [{ machine }, ...rows] = lines;
    assertEquals(machine.deno, Deno.version.deno);
    assertEquals(rows.length, 10);
    assert(rows.every(({ measured, reach }) => Number.isFinite(measured) && reach === undefined));
    assertEquals(new Set(rows.map(({ group, name }) => `${group}: ${name}`)).size, rows.length);
  },
});
