/**
 * Stands in for `jsr:@nats-io/nats-core` on machines that reach npm but not JSR: the same release, from npm.
 *
 * @module
 */
export * from "npm:@nats-io/nats-core@3.4.0";
