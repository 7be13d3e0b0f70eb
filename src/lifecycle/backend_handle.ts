import type { Brand } from "../base/brand.ts";
import type { CloseScope } from "./close_scope.ts";

/**
 * Identifies a backend. Two objects with the same handle belong to the same backend. The handle is opaque and has no
 * properties.
 */
export type BackendHandle = object & Brand<"backend handle">;

const HANDLES: WeakMap<CloseScope, BackendHandle> = new WeakMap();

/** The handle of the backend to which a scope belongs. */
export function backendHandleOf(scope: CloseScope): BackendHandle {
  let handle = HANDLES.get(scope);
  if (handle === undefined) HANDLES.set(scope, handle = Object.freeze({}) as BackendHandle);
  return handle;
}
