import type { NatsConnection, nkeys } from "@nats-io/transport-node";
import type { NatsPermissions } from "@flowmade-one/aether/jetstream";

/** The key that signs the user JWTs of an auth callout. The server's `issuer` setting is its `getPublicKey()`. */
export type AuthIssuer = ReturnType<typeof nkeys.createAccount>;

/** The account and the permissions that an auth callout gives to a user. */
export interface CalledOutUser {
  readonly account: string;
  readonly permissions?: NatsPermissions | undefined;
}

/** Serves auth callouts: a connecting client gets the account and permissions that `userOf` returns for its name. */
export async function answerAuthCallout(
  connection: NatsConnection,
  issuer: AuthIssuer,
  userOf: (name: string) => CalledOutUser,
): Promise<void> {
  connection.subscribe("$SYS.REQ.USER.AUTH", {
    callback: (_, message) => {
      const { nats } = decode(message.string());
      const { account, permissions } = userOf(nats.connect_opts.user);
      const user = encode(issuer, nats.user_nkey, account, {
        type: "user",
        pub: permissions?.publish ?? {},
        sub: permissions?.subscribe ?? {},
        subs: -1,
        data: -1,
        payload: -1,
      });
      const answer = { type: "authorization_response", jwt: user };
      message.respond(encode(issuer, nats.user_nkey, nats.server_id.id, answer));
    },
  });
  await connection.flush();
}

interface AuthRequest {
  readonly nats: {
    readonly server_id: { readonly id: string };
    readonly user_nkey: string;
    readonly connect_opts: { readonly user: string };
  };
}

function decode(jwt: string): AuthRequest {
  return JSON.parse(atob(jwt.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));
}

function encode(issuer: AuthIssuer, subject: string, audience: string, nats: object): string {
  const claims = {
    iss: issuer.getPublicKey(),
    sub: subject,
    aud: audience,
    iat: Math.floor(Date.now() / 1000),
    nats: { ...nats, version: 2 },
  };
  const signed = `${encodePart({ typ: "JWT", alg: "ed25519-nkey" })}.${encodePart(claims)}`;
  return `${signed}.${issuer.sign(new TextEncoder().encode(signed)).toBase64(BASE64_URL)}`;
}

const BASE64_URL = { alphabet: "base64url", omitPadding: true } as const;

function encodePart(value: object): string {
  return new TextEncoder().encode(JSON.stringify(value)).toBase64(BASE64_URL);
}
