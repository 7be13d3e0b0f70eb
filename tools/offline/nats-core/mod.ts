/**
 * Stands in for `jsr:@nats-io/nats-core` on machines that reach npm but not JSR: the same release, from npm.
 *
 * @module
 */
export * from "npm";
