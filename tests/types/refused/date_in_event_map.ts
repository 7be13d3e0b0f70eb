// event data must be JSON: use a string, number, boolean, null, array or plain object
import { events } from "@flowmade-one/aether";

events<{ Placed: { at: Date } }>();
