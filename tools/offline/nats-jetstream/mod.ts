/**
 * Stands in for `jsr:@nats-io/jetstream` on machines that reach npm but not JSR: the same release, from npm.
 *
 * @module
 */
export * from "npm";
