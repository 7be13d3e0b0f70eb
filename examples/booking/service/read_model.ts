import { parsePosition, type Position, type RecordedEventOf } from "@flowmade-one/aether";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { BookingEvents } from "../domain/booking_events.ts";

/** A line of the programme. */
export interface ProgrammeEntry {
  readonly id: string;
  readonly title: string;
  readonly price: number;
  readonly seats: number;
  readonly free: number;
}

/** A seat that a customer has, or asked for and did not get. */
export interface Ticket {
  readonly hold: string;
  readonly screening: string;
  readonly seat: number;
  readonly price: number;
  readonly status: "held" | "sold" | "released";
}

// WAL without a write to disk at each commit: what a power cut takes is read again from the events.
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS origin (event TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS screenings (id TEXT PRIMARY KEY, title TEXT NOT NULL, price INTEGER NOT NULL,
    seats INTEGER NOT NULL, free INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS tickets (hold TEXT PRIMARY KEY, customer TEXT NOT NULL, screening TEXT NOT NULL,
    seat INTEGER NOT NULL, price INTEGER NOT NULL, status TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS tickets_of_customer ON tickets (customer);
`;

/**
 * What one tenant's pages show, in a database of its own: tables that are made from events, and can be thrown away and
 * made again. An event's changes and the position of that event are one transaction, so that after a crash no event is
 * counted twice and none is missing.
 */
export class ReadModel implements Disposable {
  readonly #database: DatabaseSync;
  readonly #waiting: Set<() => void> = new Set();

  /** @param path A file, which is made if it is not there; or `:memory:`. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
  }

  /** The position of the last event that is in the tables. */
  get position(): Position | undefined {
    return this.checkpoint("programme");
  }

  /** What is on, by id. */
  programme(): ProgrammeEntry[] {
    return this.#all("SELECT id, title, price, seats, free FROM screenings ORDER BY id") as unknown as ProgrammeEntry[];
  }

  /** A customer's tickets, oldest first. */
  ticketsOf(customer: string): Ticket[] {
    const query = "SELECT hold, screening, seat, price, status FROM tickets WHERE customer = ? ORDER BY rowid";
    return this.#all(query, customer) as unknown as Ticket[];
  }

  /**
   * Begins again if the tables were made from another log: a server that was emptied, or restored. Positions mean nothing
   * there, and that one is known would be luck.
   *
   * @param firstEvent The id of the log's first event; `undefined` while there is none.
   */
  belongTo(firstEvent: string | undefined): void {
    const [origin] = this.#all("SELECT event FROM origin");
    if (origin === undefined || origin["event"] === firstEvent) return;
    this.#inTransaction(() => {
      for (const table of ["checkpoints", "origin", "screenings", "tickets"]) this.#run(`DELETE FROM ${table}`);
    });
  }

  /** Changes the tables by one event. */
  apply(event: RecordedEventOf<BookingEvents>): void {
    this.#inTransaction(() => {
      if (this.position === undefined) this.#run("INSERT INTO origin VALUES (?)", event.id);
      this.#change(event);
      this.keep("programme", event.position);
    });
    for (const look of this.#waiting) look();
  }

  /** Resolves when the tables have what happened up to a position; early, and with `false`, by the signal. */
  reached(position: Position, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        const isThere = (this.position ?? "") >= position;
        if (!isThere && !signal.aborted) return;
        this.#waiting.delete(look);
        signal.removeEventListener("abort", look);
        resolve(isThere);
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  /** Up to where a subscription has done its work. */
  checkpoint(name: string): Position | undefined {
    const [row] = this.#all("SELECT position FROM checkpoints WHERE name = ?", name);
    return row === undefined ? undefined : parsePosition(String(row["position"]));
  }

  keep(name: string, position: Position): void {
    this.#run("INSERT OR REPLACE INTO checkpoints VALUES (?, ?)", name, position);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #change(event: RecordedEventOf<BookingEvents>): void {
    const id = event.actorId.slice(event.actorId.indexOf(".") + 1);
    switch (event.type) {
      case "ScreeningOpened": {
        const { title, price, seats } = event.data;
        return this.#run("INSERT INTO screenings VALUES (?, ?, ?, ?, ?)", id, title, price, seats, seats);
      }
      case "PriceChanged":
        return this.#run("UPDATE screenings SET price = ? WHERE id = ?", event.data.price, id);
      case "SeatHeld": {
        const { customer, seat, price } = event.data;
        this.#run("UPDATE screenings SET free = free - 1 WHERE id = ?", id);
        return this.#run("INSERT INTO tickets VALUES (?, ?, ?, ?, ?, 'held')", event.id, customer, id, seat, price);
      }
      case "SeatSold":
        return this.#run("UPDATE tickets SET status = 'sold' WHERE hold = ?", event.data.hold);
      case "SeatReleased":
        this.#run("UPDATE screenings SET free = free + 1 WHERE id = ?", id);
        return this.#run("UPDATE tickets SET status = 'released' WHERE hold = ?", event.data.hold);
    }
  }

  #inTransaction(work: () => void): void {
    this.#run("BEGIN");
    try {
      work();
      this.#run("COMMIT");
    } catch (error) {
      this.#run("ROLLBACK");
      throw error;
    }
  }

  #run(statement: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(statement).run(...values);
  }

  #all(query: string, ...values: SQLInputValue[]) {
    return this.#database.prepare(query).all(...values);
  }
}
