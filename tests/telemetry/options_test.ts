import { assert, assertEquals, assertThrows } from "@std/assert";
import * as module from "@opentelemetry/api";
import { isAetherError } from "@flowmade-one/aether";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { counting } from "../check/counting.ts";

const refused: readonly (readonly [of: string, options: unknown])[] = [
  ["an unknown option", { namespaces: () => "" }],
  ["a destination that is a string", { destination: "orders" }],
  ["spanNamespaces that is a string", { spanNamespaces: "no" }],
  ["spanActors that is a number", { spanActors: 0 }],
  ["another deliveryTrace", { deliveryTrace: "linked" }],
  ["a namespaceLabel that is a string", { namespaceLabel: "tenant" }],
  ["maxNamespaceLabels without namespaceLabel", { maxNamespaceLabels: 5 }],
  ["0 labels", { namespaceLabel: () => "", maxNamespaceLabels: 0 }],
  ["10,001 labels", { namespaceLabel: () => "", maxNamespaceLabels: 10_001 }],
  ["null", null],
];

for (const [of, options] of refused) {
  Deno.test(`openTelemetry() refuses ${of}`, () => {
    const error = assertThrows(() => openTelemetry(module, options as never));
    assert(isAetherError(error, "invalid-argument"));
  });
}

for (const api of [null, {}, { trace: module.trace }, 7]) {
  Deno.test(`openTelemetry() refuses ${JSON.stringify(api)} as API`, () => {
    assert(isAetherError(assertThrows(() => openTelemetry(api as never)), "invalid-argument"));
  });
}

Deno.test("openTelemetry() accepts the module of the API without a registered SDK", () => {
  const observation = openTelemetry(module).start?.({ name: "end", namespace: "a" as never, backend: {} });
  observation?.end?.({ failed: false });
  assertEquals(observation?.metadata, undefined);
});

Deno.test("openTelemetry() returns undefined if no API is given and none is registered", () => {
  assertEquals(openTelemetry(), undefined);
});

Deno.test("openTelemetry() reads each option exactly once", () => {
  const values = {
    destination: () => "",
    spanNamespaces: true,
    spanActors: true,
    deliveryTrace: "new" as const,
    namespaceLabel: () => "",
    maxNamespaceLabels: 1,
  };
  const { options, reads } = counting(values);
  openTelemetry(module, options);
  assertEquals(reads, Object.fromEntries(Object.keys(values).map((name) => [name, 1])));
});
