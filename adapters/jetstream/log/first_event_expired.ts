/** The rest of what was being read has left the stream meanwhile. Stays inside the adapter. */
export class FirstEventExpired extends Error {}
