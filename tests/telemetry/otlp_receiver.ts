/** A span as OTLP sends it. */
export interface SentSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** Ids of linked spans. */
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** A receiver of OTLP over HTTP in JSON on 127.0.0.1. */
export class OtlpReceiver implements AsyncDisposable {
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #spans: SentSpan[] = [];
  readonly #metrics: Set<string> = new Set();
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      this.#receive(new URL(request.url).pathname, await request.json());
      return Response.json({});
    });
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The spans that have arrived. */
  get spans(): readonly SentSpan[] {
    return this.#spans;
  }

  /** The names of the metrics that have arrived. */
  get metrics(): ReadonlySet<string> {
    return this.#metrics;
  }

  /** Waits until a condition holds, which is checked after each request. */
  async until(isComplete: () => boolean): Promise<void> {
    while (!isComplete()) await this.#changed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #receive(path: string, body: Received): void {
    for (
      const { resource, scopeSpans = [], scopeMetrics = [] } of [
        ...body.resourceSpans ?? [],
        ...body.resourceMetrics ?? [],
      ]
    ) {
      const service = toAttributes(resource.attributes)["service.name"] ?? path;
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) this.#spans.push(toSpan(service, span));
      for (const { name } of scopeMetrics.flatMap(({ metrics }) => metrics)) this.#metrics.add(name);
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly links?: readonly { readonly spanId: string }[];
  readonly attributes?: readonly KeyValue[];
}

interface ReceivedResource {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeSpans?: readonly { readonly spans: readonly ReceivedSpan[] }[];
  readonly scopeMetrics?: readonly { readonly metrics: readonly { readonly name: string }[] }[];
}

interface Received {
  readonly resourceSpans?: readonly ReceivedResource[];
  readonly resourceMetrics?: readonly ReceivedResource[];
}

function toSpan(
  service: string,
  { name, traceId, spanId, parentSpanId, kind, links = [], attributes = [] }: ReceivedSpan,
): SentSpan {
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId: parentSpanId === "" ? undefined : parentSpanId,
    kind,
    links: links.map(({ spanId }) => spanId),
    attributes: toAttributes(attributes),
  };
}

function toAttributes(attributes: readonly KeyValue[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
