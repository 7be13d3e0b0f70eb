import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import { grantOptions, recorder, viewed } from "./recorder.ts";

const filters: [options: { types?: string[]; actors?: string }, seen: number[]][] = [
  [{}, [1, 2, 3, 4]],
  [{ types: ["Viewed"] }, [1, 2, 3]],
  [{ types: ["Placed"] }, [4]],
  [{ types: ["Placed", "Viewed"] }, [1, 2, 3, 4]],
  [{ types: ["Other"] }, []],
  [{ actors: "order.*" }, [1, 3, 4]],
  [{ actors: "order.>" }, [1, 2, 3, 4]],
  [{ actors: "order.42" }, [1, 4]],
  [{ actors: "*.*.line" }, [2]],
  [{ actors: "cart.*" }, []],
  [{ actors: "order.42", types: ["Placed"] }, [4]],
];

for (const [options, expected] of filters) {
  Deno.test(`subscribe() and observe() with ${JSON.stringify(options)} deliver ${expected.join() || "nothing"}`, () => {
    const backend = memory();
    const orders = backend.bus.within("ns");
    const [own, observer] = [recorder(), recorder()];
    orders.subscribe(own.handler, options);
    backend.bus.observe(backend.grant("ns", grantOptions), observer.handler, options);
    orders.publish("order.42", viewed(1));
    orders.publish("order.42.line", viewed(2));
    orders.publish("order.7", viewed(3));
    orders.publish("order.42", { type: "Placed", data: { n: 4 } });
    assertEquals([own.seen, observer.seen], [expected, expected]);
  });
}
