import { assertEquals, assertThrows } from "@std/assert";
import { DemoError } from "../../../examples/flights/demo_error.ts";
import { parseFlightRecords } from "../../../examples/flights/flight_record.ts";

const FLIGHT = { date: "2001/01/31 23:59", delay: -19, distance: 1797, origin: "LAX", destination: "BNA" };

const accepted: [flight: object, reason: string][] = [
  [FLIGHT, "a record of the file"],
  [{ ...FLIGHT, date: "2000/02/29 00:00" }, "a leap day"],
  [{ ...FLIGHT, delay: 0, distance: 0 }, "zero is a number"],
  [{ ...FLIGHT, destination: "LAX" }, "a flight may land at its origin"],
  [{ ...FLIGHT, airline: "WN" }, "other fields are ignored"],
];

Deno.test("parseFlightRecords() accepts", async (t) => {
  for (const [flight, reason] of accepted) {
    await t.step(`${JSON.stringify(flight)}: ${reason}`, () => {
      assertEquals(parseFlightRecords(JSON.stringify([flight]), "f.json"), [flight as typeof FLIGHT]);
    });
  }
});

/** The record is the third of its file, so that a test can detect a number that counts from 0. */
const refused: [record: unknown, reason: string][] = [
  [null, "record 3 is null, not an object with the fields of a flight"],
  ["LAX", `record 3 is "LAX", not an object with the fields of a flight`],
  [7, "record 3 is 7, not an object with the fields of a flight"],
  [[FLIGHT], "record 3 is an array, not an object with the fields of a flight"],
  [{}, `record 3 has no "date"`],
  [{ ...FLIGHT, date: undefined }, `record 3 has no "date"`],
  [{ ...FLIGHT, delay: undefined }, `record 3 has no "delay"`],
  [{ ...FLIGHT, distance: undefined }, `record 3 has no "distance"`],
  [{ ...FLIGHT, origin: undefined }, `record 3 has no "origin"`],
  [{ ...FLIGHT, destination: undefined }, `record 3 has no "destination"`],
  [{ ...FLIGHT, date: null }, `in record 3, "date" is null, not a time like "2001/01/31 23:59"`],
  [{ ...FLIGHT, date: 20010131 }, `in record 3, "date" is 20010131, not a time like "2001/01/31 23:59"`],
  [{ ...FLIGHT, date: ["2001/01/31 23:59"] }, `in record 3, "date" is an array, not a time like "2001/01/31 23:59"`],
  [{ ...FLIGHT, date: "" }, `in record 3, "date" is "", not a time like "2001/01/31 23:59"`],
  [
    { ...FLIGHT, date: "2001-01-31T23:59" },
    `in record 3, "date" is "2001-01-31T23:59", not a time like "2001/01/31 23:59"`,
  ],
  [
    { ...FLIGHT, date: "2001/02/29 10:00" },
    `in record 3, "date" is "2001/02/29 10:00", not a time like "2001/01/31 23:59"`,
  ],
  [
    { ...FLIGHT, date: "2001/13/01 10:00" },
    `in record 3, "date" is "2001/13/01 10:00", not a time like "2001/01/31 23:59"`,
  ],
  [
    { ...FLIGHT, date: "2001/01/31 24:00" },
    `in record 3, "date" is "2001/01/31 24:00", not a time like "2001/01/31 23:59"`,
  ],
  [{ ...FLIGHT, delay: "12" }, `in record 3, "delay" is "12", not a whole number of minutes`],
  [{ ...FLIGHT, delay: 1.5 }, `in record 3, "delay" is 1.5, not a whole number of minutes`],
  [{ ...FLIGHT, delay: { minutes: 1 } }, `in record 3, "delay" is an object, not a whole number of minutes`],
  [{ ...FLIGHT, distance: -1 }, `in record 3, "distance" is -1, not a whole number of miles`],
  [{ ...FLIGHT, distance: true }, `in record 3, "distance" is true, not a whole number of miles`],
  [{ ...FLIGHT, origin: "Lax" }, `in record 3, "origin" is "Lax", not an airport like "ABQ"`],
  [{ ...FLIGHT, origin: "L.X" }, `in record 3, "origin" is "L.X", not an airport like "ABQ"`],
  [{ ...FLIGHT, origin: ["LAX"] }, `in record 3, "origin" is an array, not an airport like "ABQ"`],
  [{ ...FLIGHT, destination: "BNA " }, `in record 3, "destination" is "BNA ", not an airport like "ABQ"`],
  [{ ...FLIGHT, destination: "A\u001b" }, `in record 3, "destination" is "A\\u001b", not an airport like "ABQ"`],
  [
    { ...FLIGHT, destination: "B".repeat(60) },
    `in record 3, "destination" is "${"B".repeat(39)}..., not an airport like "ABQ"`,
  ],
];

Deno.test("parseFlightRecords() refuses a record with its file, number and field", async (t) => {
  for (const [record, reason] of refused) {
    await t.step(reason, () => {
      const json = JSON.stringify([FLIGHT, FLIGHT, record]);
      const error = assertThrows(() => parseFlightRecords(json, "f.json"), DemoError);
      assertEquals(error.message, `Cannot read flights from "f.json": ${reason}`);
    });
  }
});

const withoutFlights: [json: string, reason: string][] = [
  ["[]", "its array is empty"],
  ["{}", "it contains an object, not an array of flights"],
  ["null", "it contains null, not an array of flights"],
  ['"[]"', 'it contains "[]", not an array of flights'],
  ["", "it is not JSON: "],
  ["[{]", "it is not JSON: "],
  ["date,delay\n2001/01/31,1\n", "it is not JSON: "],
];

Deno.test("parseFlightRecords() refuses JSON without flights", async (t) => {
  for (const [json, reason] of withoutFlights) {
    await t.step(JSON.stringify(json), () => {
      assertThrows(() => parseFlightRecords(json, "f.json"), DemoError, `Cannot read flights from "f.json": ${reason}`);
    });
  }
});
