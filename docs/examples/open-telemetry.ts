import { tracingChannel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { channels, isMapperError } from 'dynamo-evolve';
import type { RequestEvent, SweepEvent, UpgradeEvent, WriteBackEvent } from 'dynamo-evolve';

/** The parts of OpenTelemetry's `Tracer`, `Span` and `Meter` that are used. */
export interface Tracer {
  startSpan(name: string, options?: { kind?: number; attributes?: Record<string, string> }): Span;
}
export interface Span {
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { code: number }): unknown;
  recordException(error: Error): void;
  end(): void;
}
export interface Meter {
  createCounter(name: string, options?: { description?: string }): Counter;
  createGauge(name: string, options?: { description?: string }): Gauge;
}
export interface Counter {
  add(value: number, attributes?: Record<string, string | number>): void;
}
export interface Gauge {
  record(value: number, attributes?: Record<string, string | number>): void;
}

const clientKind = 2; // SpanKind.CLIENT
const errorStatus = 2; // SpanStatusCode.ERROR

/** Creates a span for every request, and measures upgrades, write-backs and sweeps. Returns a function that stops it. */
export function observe(tracer: Tracer, meter: Meter): () => void {
  const upgrades = meter.createCounter('dynamo_evolve.upgrades', {
    description: 'Items that were upgraded when they were read',
  });
  const writeBacks = meter.createCounter('dynamo_evolve.write_backs', {
    description: 'Write-backs that ended or were skipped',
  });
  const rewritten = meter.createGauge('dynamo_evolve.sweep.rewritten', {
    description: 'Items that a sweep, with all its workers, has rewritten so far',
  });
  const failed = meter.createGauge('dynamo_evolve.sweep.failed', { description: 'Items that it could not rewrite' });
  const rate = meter.createGauge('dynamo_evolve.sweep.rate', { description: 'Items a second that this worker allows' });
  const takeOvers = meter.createCounter('dynamo_evolve.sweep.take_overs', {
    description: 'Segments that were taken over from workers that are gone',
  });
  const onUpgrade = (event: unknown) => {
    const { entity, from, to } = event as UpgradeEvent;
    upgrades.add(1, { entity, from, to });
  };
  const onWriteBack = (event: unknown) => {
    const { entity, from, to, outcome } = event as WriteBackEvent; // with the key, each item would be a time series
    writeBacks.add(1, { entity, from, to, outcome });
  };

  const onSweep = (event: unknown) => {
    const sweep = event as SweepEvent;
    const { entity, table, job = '' } = sweep;
    const attributes = { entity, table, job };
    if (sweep.event === 'rate') rate.record(sweep.itemsPerSecond, attributes);
    else if (sweep.event === 'take-over') takeOvers.add(1, attributes);
    else {
      rewritten.record(sweep.rewritten, attributes);
      for (const [code, count] of Object.entries(sweep.failed)) failed.record(count, { ...attributes, code });
    }
  };

  const spans = new WeakMap<RequestEvent, Span>();
  const requests = tracingChannel<RequestEvent, RequestEvent>(channels.request);
  const onRequest = {
    start(event: RequestEvent) {
      const { operation, table } = event;
      const attributes = {
        'db.system.name': 'aws.dynamodb',
        'db.operation.name': operation,
        'db.collection.name': table,
      };
      spans.set(event, tracer.startSpan(`${operation} ${table}`, { kind: clientKind, attributes }));
    },
    error(event: RequestEvent & { error: unknown }) {
      const { error } = event;
      const span = spans.get(event);
      const reason = isMapperError(error, 'REQUEST_FAILED') ? error.details.reason : 'unknown';
      span?.setAttribute('db.response.status_code', reason);
      if (reason === 'ConditionalCheckFailedException') return; // a normal answer
      if (error instanceof Error) span?.recordException(error);
      span?.setStatus({ code: errorStatus });
    },
    asyncEnd: (event: RequestEvent) => spans.get(event)?.end(),
    end() {},
    asyncStart() {},
  };

  subscribe(channels.upgrade, onUpgrade);
  subscribe(channels.writeBack, onWriteBack);
  subscribe(channels.sweep, onSweep);
  requests.subscribe(onRequest);
  return () => {
    unsubscribe(channels.upgrade, onUpgrade);
    unsubscribe(channels.writeBack, onWriteBack);
    unsubscribe(channels.sweep, onSweep);
    requests.unsubscribe(onRequest);
  };
}
