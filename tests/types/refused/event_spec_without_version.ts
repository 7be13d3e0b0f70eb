import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: \"Placed\" has upcasters and no version: state the version of its current shape
events({ Placed: { schema: unchecked<null>(), from: { 1: () => null } } });
