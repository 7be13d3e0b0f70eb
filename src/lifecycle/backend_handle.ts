import type { Brand } from "../base/brand.ts";
import type { CloseScope } from "./close_scope.ts";

/**
 * Stands for a backend. Two objects with the same handle belong to the same backend. It is opaque: it shows nothing and
 * does nothing.
 */
export type BackendHandle = object & Brand<"backend handle">;

const HANDLES: WeakMap<CloseScope, BackendHandle> = new WeakMap();

/** The handle of the backend with a scope. */
export function backendHandleOf(scope: CloseScope): BackendHandle {
  let handle = HANDLES.get(scope);
  if (handle === undefined) HANDLES.set(scope, handle = Object.freeze({}) as BackendHandle);
  return handle;
}
