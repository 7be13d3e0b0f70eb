import type { Namespace } from "../../../mod.ts";
import { PendingWrite } from "./pending_write.ts";
import { toUserError } from "./to_user_error.ts";

/** The facts about a change. */
export interface ChangeFacts {
  /** The attempted change, for errors. */
  readonly attempt: string;
  /** Absent if the change concerns no namespace. */
  readonly namespace?: Namespace | undefined;
  /** See {@link Write.bytes}. */
  readonly bytes: number;
  /** See {@link Write.isDurable}. */
  readonly isDurable: boolean;
}

/** A change without a result, by a function. Its caller waits for the commit. */
export class ChangeWrite extends PendingWrite<void> {
  readonly bytes: number;
  readonly isDurable: boolean;
  readonly #attempt: string;
  readonly #namespace: Namespace | undefined;
  readonly #change: () => void;

  /** @param change Called within a transaction; called again if the transaction was rolled back. */
  constructor({ attempt, namespace, bytes, isDurable }: ChangeFacts, change: () => void) {
    super();
    this.bytes = bytes;
    this.isDurable = isDurable;
    this.#attempt = attempt;
    this.#namespace = namespace;
    this.#change = change;
  }

  override apply(): void {
    this.#change();
  }

  override committed(): void {
    this.resolve();
  }

  override failed(error: unknown): void {
    this.reject(toUserError(this.#attempt, this.#namespace, error));
  }
}
