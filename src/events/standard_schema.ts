/**
 * A schema of any library that implements Standard Schema version 1, such as Zod, Valibot or ArkType. A copy of the
 * interface of https://standardschema.dev, so that no package is needed for it.
 */
export interface StandardSchema<In = unknown, Out = In> {
  /** The interface of Standard Schema. */
  readonly "~standard": {
    /** The version of the interface. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Validates a value: returns its output, or issues. It must return synchronously, without a promise. */
    readonly validate: (value: unknown) => SchemaResult<Out> | Promise<SchemaResult<Out>>;
    /** Exists in types only: what the schema accepts, and what it returns. */
    readonly types?: { readonly input: In; readonly output: Out } | undefined;
  };
}

/** The result of a validation: the output of the schema, or the issues of an invalid value. */
export type SchemaResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One reason why a value is not valid. */
export interface SchemaIssue {
  /** The reason, in the words of the schema library. */
  readonly message: string;
  /** The path in the value: keys, or objects with a key. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
