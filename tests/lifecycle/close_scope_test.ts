import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { turns } from "../_support/until.ts";
import { CloseScope } from "../../src/lifecycle/close_scope.ts";

Deno.test("CloseScope.check() throws an error with the closed object and the attempt", async () => {
  const scope = new CloseScope("the backend");
  scope.check("list namespaces");
  await scope.close();
  const error = assertThrows(
    () => scope.check("list namespaces"),
    Error,
    "Cannot list namespaces: the backend was closed",
  );
  assert(isAetherError(error, "closed"));
});

Deno.test("CloseScope.check() throws as soon as close() was called", () => {
  const scope = new CloseScope("the backend");
  const closing = scope.close();
  assertThrows(() => scope.check("append"));
  return closing;
});

Deno.test("CloseScope.check() throws if the parent was closed, and not if a child was closed", async () => {
  const parent = new CloseScope("the backend");
  const [child, sibling] = [new CloseScope("the store", parent), new CloseScope("another store", parent)];
  await child.close();
  assertThrows(() => child.check("read"), Error, "the store was closed");
  sibling.check("read");
  parent.check("read");
  await parent.close();
  assertThrows(() => sibling.check("read"), Error, "the backend was closed");
});

Deno.test("CloseScope.close() ends running operations, waits for them, then calls last", async () => {
  const order: string[] = [];
  const parent = new CloseScope("the backend");
  const child = new CloseScope("the store", parent);
  child.register(() => Promise.resolve().then(() => void order.push("ended")));
  await parent.close(() => {
    order.push("last");
    return Promise.resolve();
  });
  assertEquals(order, ["ended", "last"]);
});

Deno.test("CloseScope.close() does not end finished work again", async () => {
  let ends = 0;
  const parent = new CloseScope("the backend");
  const child = new CloseScope("the store", parent);
  const ended = child.register(() => Promise.resolve(void ends++));
  ended();
  await Promise.all([child.close(), parent.close()]);
  assertEquals(ends, 0);
});

Deno.test("CloseScope.close() of a parent waits until the operations of a child have left, then calls last", async () => {
  const order: string[] = [];
  const parent = new CloseScope("the backend");
  const child = new CloseScope("the store", parent);
  child.enter();
  child.enter();
  child.leave();
  const closing = [child.close(), parent.close(() => Promise.resolve(void order.push("last")))];
  await turns(1);
  order.push("left");
  child.leave();
  await Promise.all(closing);
  assertEquals(order, ["left", "last"]);
});

Deno.test("CloseScope.close() of a child does not wait for the operations of its parent", async () => {
  const parent = new CloseScope("the backend");
  parent.enter();
  await new CloseScope("the store", parent).close();
  parent.leave();
  await parent.close();
});

Deno.test("CloseScope.close() ends the other operations if one fails to end", async () => {
  let ended = false;
  const scope = new CloseScope("the backend");
  scope.register(() => Promise.reject(new Error("stuck")));
  scope.register(() => Promise.resolve(void (ended = true)));
  await scope.close();
  assert(ended);
});

Deno.test("CloseScope.close() calls last once, also if close() is repeated", async () => {
  let lasts = 0;
  const scope = new CloseScope("the backend");
  const last = () => Promise.resolve(void lasts++);
  await Promise.all([scope.close(last), scope.close(last)]);
  await scope.close(last);
  assertEquals(lasts, 1);
});
