import { ChangeWrite } from "../database/change_write.ts";
import { toUserError } from "../database/to_user_error.ts";
import { PendingWrite } from "../database/pending_write.ts";
import type { StoreFile } from "../database/store_file.ts";
import type { RecordOwner } from "./record_owner.ts";

/** Approximate bytes of a record without its value. */
const ROW_BYTES = 300;

const LAST = `SELECT revision, expected, value FROM records WHERE scope = ? AND key = ?`;
// SQLite deletes the replaced row, and the new row has the next revision.
const PUT = `INSERT OR REPLACE INTO records (scope, key, expected, value) VALUES (?, ?, ?, ?) RETURNING revision`;
const DELETE = `DELETE FROM records WHERE scope = ? AND key = ? AND revision = ?`;

/** The arguments of a put. */
interface PutArguments {
  readonly key: string;
  readonly value: Uint8Array;
  readonly expected: number;
}

/** Compare-and-set of a record. */
export class RecordPut extends PendingWrite<number | undefined> {
  readonly isDurable = true;
  readonly bytes: number;
  readonly #owner: RecordOwner;
  readonly #file: StoreFile;
  readonly #put: PutArguments;
  #revision: number | undefined;

  constructor(owner: RecordOwner, file: StoreFile, put: PutArguments) {
    super();
    this.#owner = owner;
    this.#file = file;
    this.#put = { ...put, value: new Uint8Array(put.value) };
    this.bytes = put.value.length + ROW_BYTES;
  }

  override apply(): void {
    const { key, value, expected } = this.#put;
    const { connection } = this.#file;
    const scope = this.#owner.createId();
    const [revision, expectedBefore, last] = (connection.row(LAST, scope, key) ?? [0]) as [
      number,
      number?,
      Uint8Array?,
    ];
    if (revision === expected) {
      this.#revision = connection.row(PUT, scope, key, expected, value)![0] as number;
    } else {
      const isRepeated = expectedBefore === expected && areEqual(last!, value);
      this.#revision = isRepeated ? revision : undefined;
    }
  }

  override committed(): void {
    this.resolve(this.#revision);
  }

  override failed(error: unknown): void {
    this.reject(toUserError(`put the record "${this.#put.key}"`, this.#owner.namespace, error));
  }
}

/** Makes a write that deletes a record at a revision. */
export function recordDeletion(owner: RecordOwner, file: StoreFile, key: string, revision: number): ChangeWrite {
  const attempt = `delete the record "${key}"`;
  return new ChangeWrite({ attempt, namespace: owner.namespace, bytes: ROW_BYTES, isDurable: true }, () => {
    const { id } = owner;
    if (id !== undefined) file.connection.run(DELETE, id, key, revision);
  });
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
