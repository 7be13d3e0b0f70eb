import type { BusEvent } from "@flowmade-one/aether";
import { type Backend } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { testOnServer } from "./test_server.ts";

const viewed = (n: number) => ({ type: "Viewed", data: n });

function hear(backend: Backend, namespace: string): BusEvent[] {
  const heard: BusEvent[] = [];
  backend.bus.within(namespace).subscribe((event) => void heard.push(event));
  return heard;
}

await testOnServer("two backends hear each other", async ({ connect }) => {
  const [c1, c2] = [await connect(), await connect()];
  await using one = await jetstream({ connection: c1 });
  await using two = await jetstream({ connection: c2 });
  const [h1, h2] = [hear(one, "prod.orders"), hear(two, "prod.orders")];
  await c1.flush();
  await c2.flush();
  one.bus.within("prod.orders").publish("order.42", viewed(1));
  await one.store("prod.orders").append("order.42", [viewed(2), viewed(3)], { expectedVersion: 0 });
  await two.store("prod.orders").append("order.42", [viewed(4)], { expectedVersion: 2 });
  await c1.flush();
  await c2.flush();
  await c1.flush();
  await c2.flush();
  await new Promise((r) => setTimeout(r, 20));
  console.log(h1, h2);
  assertEquals(h1.map((e) => e.data), [1, 2, 3, 4]);
  assertEquals(h2.map((e) => e.data), [1, 2, 3, 4]);
});
