import { assert, assertEquals } from "@std/assert";
import { natsServerForTests, startNatsServer } from "../../tools/nats_server.ts";
import { OtlpReceiver, type SentSpan } from "./otlp_receiver.ts";

const config = new URL("../../deno.json", import.meta.url);
const offline = new URL("../../deno.offline.json", import.meta.url);
const answer = await natsServerForTests();

/** Starts a program of this folder with the telemetry of Deno. */
async function start(program: string, args: readonly string[], endpoint: string): Promise<Deno.ChildProcess> {
  const file = await Deno.stat(offline).then(() => offline, () => config);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--config", file.pathname, new URL(program, import.meta.url).pathname, ...args],
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_SERVICE_NAME: program.replace(".ts", ""),
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  let output = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    if (output.includes("\n")) break;
  }
  return output.trim();
}

/** The names of a span's ancestors, from the root, and of the span. */
function path(spans: readonly SentSpan[], span: SentSpan): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...parent === undefined ? [] : path(spans, parent), `${span.service}: ${span.name}`];
}

Deno.test({
  name:
    "openTelemetry() continues a trace from an HTTP request to a handler in another process, over JetStream and OTLP",
  ignore: "skip" in answer,
  timeout: 240_000,
  async fn() {
    if ("skip" in answer) return;
    await using server = await startNatsServer({ binary: answer.binary });
    await using receiver = new OtlpReceiver();
    const shop = await start("shop.ts", [server.url], receiver.url);
    const url = `http://127.0.0.1:${await firstLine(shop)}`;
    const packer = await start("packer.ts", [server.url], receiver.url);
    assertEquals(await (await fetch(url, { method: "POST" })).text(), "done");
    assert((await packer.output()).success);
    await (await fetch(url, { method: "DELETE" })).text();
    assert((await shop.status).success);
    await receiver.until(() => receiver.spans.some(({ name }) => name === "pack"));

    const pack = receiver.spans.find(({ name }) => name === "pack")!;
    assertEquals(path(receiver.spans, pack), [
      "shop: POST",
      "shop: execute aether",
      "shop: attempt aether",
      "shop: append aether",
      "packer: process aether",
      "packer: pack",
    ]);
    const trace = receiver.spans.filter(({ traceId }) => traceId === pack.traceId);
    const [append, process] = ["append aether", "process aether"].map((name) =>
      trace.find((span) => span.name === name)!
    );
    assertEquals([append?.kind, process?.kind], [4, 5]);
    assertEquals(process?.links, [append!.spanId]);
    assertEquals(process?.attributes["messaging.consumer.group.name"], "packer");
    for (const metric of ["messaging.client.operation.duration", "messaging.process.duration", "aether.load.events"]) {
      assert(receiver.metrics.has(metric), `${metric} is not among ${[...receiver.metrics].join(", ")}`);
    }
  },
});
