import { checkTraceOfConsumer } from "./trace_of_a_consumer.ts";

Deno.test("openTelemetry() traces a consumer with any API of the same structure", checkTraceOfConsumer);
