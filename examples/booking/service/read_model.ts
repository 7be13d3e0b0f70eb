import type { ReadOnlyStore, RecordedEventOf } from "@flowmade-one/aether";
import { project, type Projection, sqliteModel } from "@flowmade-one/aether/projections";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { BookingEvents } from "../domain/booking_events.ts";
import { FILE_TIMEOUT_MS } from "../limits.ts";

/** A screening in the programme. */
export interface ProgrammeEntry {
  readonly id: string;
  readonly title: string;
  readonly price: number;
  readonly seats: number;
  readonly free: number;
}

/** One hold of a seat for a customer, and its outcome. */
export interface Ticket {
  readonly hold: string;
  readonly screening: string;
  readonly seat: number;
  readonly price: number;
  readonly status: "held" | "sold" | "released";
}

// WAL without a flush at each commit: rows that a power loss takes are computed from the events again.
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS screenings (id TEXT PRIMARY KEY, title TEXT NOT NULL, price INTEGER NOT NULL,
    seats INTEGER NOT NULL, free INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS tickets (hold TEXT PRIMARY KEY, customer TEXT NOT NULL, screening TEXT NOT NULL,
    seat INTEGER NOT NULL, price INTEGER NOT NULL, status TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS tickets_of_customer ON tickets (customer);
`;

/** Opens a database that several processes may use at the same time. */
export function openDatabase(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: FILE_TIMEOUT_MS });
}

/**
 * The tables of one tenant, in a database of its own. They are made from events, and can be deleted and rebuilt. The
 * projection stores its mark in the transaction of the changes, so that the tables contain each event once.
 */
export class ReadModel implements Disposable {
  readonly #database: DatabaseSync;

  /** @param path A file, which is created if it does not exist; or `:memory:`. */
  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#database.exec(SCHEMA);
  }

  /** Keeps the tables up to date with the events of a store. */
  follow(store: ReadOnlyStore<BookingEvents>, onError: (error: unknown) => void): Projection {
    const model = sqliteModel(this.#database, {
      name: "programme",
      apply: (event: RecordedEventOf<BookingEvents>) => this.#change(event),
      clear: () => this.#database.exec("DELETE FROM screenings; DELETE FROM tickets"),
    });
    return project(store, model, { onError });
  }

  /** The screenings, by id. */
  programme(): ProgrammeEntry[] {
    return this.#all("SELECT id, title, price, seats, free FROM screenings ORDER BY id") as unknown as ProgrammeEntry[];
  }

  /** A customer's tickets, oldest first. */
  ticketsOf(customer: string): Ticket[] {
    const query = "SELECT hold, screening, seat, price, status FROM tickets WHERE customer = ? ORDER BY rowid";
    return this.#all(query, customer) as unknown as Ticket[];
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

  #run(statement: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(statement).run(...values);
  }

  #all(query: string, ...values: SQLInputValue[]) {
    return this.#database.prepare(query).all(...values);
  }
}
