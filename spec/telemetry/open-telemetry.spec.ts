import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { channels, Mapper, type Repository, type SweepEvent } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Meter, observe, type Tracer } from '../../docs/examples/open-telemetry.js';
import { storeRaw } from '../support/raw-requests.js';
import { type Card, cardClass, staleCard } from '../support/write-back-cards.js';

interface RecordedSpan {
  readonly name: string;
  readonly kind: number | undefined;
  readonly parent: string | undefined;
  readonly attributes: Record<string, string>;
  readonly exceptions: string[];
  status?: number;
  ended: number;
}

/** What OpenTelemetry's SDK does with these calls, kept in memory. */
class Recorder implements Tracer, Meter {
  readonly active = new AsyncLocalStorage<string>();
  readonly spans: RecordedSpan[] = [];
  readonly counts = new Map<string, object[]>();

  startSpan(name: string, options: { kind?: number; attributes?: Record<string, string> } = {}) {
    const attributes = { ...options.attributes };
    const span: RecordedSpan = {
      name,
      kind: options.kind,
      parent: this.active.getStore(),
      attributes,
      exceptions: [],
      ended: 0,
    };
    this.spans.push(span);
    return {
      setAttribute: (attribute: string, value: string) => (attributes[attribute] = value),
      setStatus: ({ code }: { code: number }) => (span.status = code),
      recordException: (error: Error) => void span.exceptions.push(error.message),
      end: () => void span.ended++,
    };
  }

  createCounter(name: string) {
    return {
      add: (value: number, attributes: object = {}) =>
        void this.counts.set(name, [...(this.counts.get(name) ?? []), { value, ...attributes }]),
    };
  }

  createGauge(name: string) {
    return {
      record: (value: number, attributes: object = {}) => void this.counts.set(name, [{ value, ...attributes }]),
    };
  }
}

const CardOfTwo = cardClass();
let engine: EmbeddedEngine;
let cards: Repository<Card>;
let recorder: Recorder;
let stop: () => void;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const mapper = new Mapper({ client: engine.client, entities: [CardOfTwo], writeBack: 'inline' });
  await mapper.createTables();
  cards = mapper.repository(CardOfTwo);
});
afterAll(() => engine.close());
beforeEach(() => {
  recorder = new Recorder();
  stop = observe(recorder, recorder);
});
afterEach(() => stop());

describe('the recipe for OpenTelemetry', () => {
  test('is on its page to the letter', () => {
    const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
    expect(read('docs/open-telemetry.md')).toContain(`\`\`\`ts\n${read('docs/examples/open-telemetry.ts')}\`\`\`\n`);
  });

  test('makes a span of each request, below the one that is active', async () => {
    await storeRaw(engine.endpoint, 'cards', staleCard(1));
    await recorder.active.run('GET /cards/1', () => cards.get({ deck: 'a', at: 1 }));
    expect(recorder.spans).toEqual(
      ['GetItem', 'UpdateItem'].map((operation) => ({
        name: `${operation} cards`,
        kind: 2,
        parent: 'GET /cards/1',
        attributes: {
          'db.system.name': 'aws.dynamodb',
          'db.operation.name': operation,
          'db.collection.name': 'cards',
        },
        exceptions: [],
        ended: 1,
      })),
    );
  });

  test('counts upgrades and write-backs, with no key among the attributes', async () => {
    await storeRaw(engine.endpoint, 'cards', staleCard(1));
    await cards.get({ deck: 'a', at: 1 });
    await cards.get({ deck: 'a', at: 1 });
    expect(Object.fromEntries(recorder.counts)).toEqual({
      'dynamo_evolve.upgrades': [{ value: 1, entity: 'CardOfTwo', from: 1, to: 2 }],
      'dynamo_evolve.write_backs': [{ value: 1, entity: 'CardOfTwo', from: 1, to: 2, outcome: 'applied' }],
    });
  });

  test('measures sweeps', async () => {
    await storeRaw(engine.endpoint, 'cards', staleCard(1));
    await cards.sweep({ segments: 2 }).result;
    const attributes = { entity: 'CardOfTwo', table: 'cards', job: '' };
    expect(recorder.counts.get('dynamo_evolve.sweep.rewritten')).toEqual([{ value: 1, ...attributes }]);
    const about = { entity: 'Card', table: 'cards', job: 'j' };
    channel(channels.sweep).publish({ ...about, event: 'take-over', segment: 3 } satisfies SweepEvent);
    channel(channels.sweep).publish({ ...about, event: 'rate', itemsPerSecond: 50, because: 'x' } satisfies SweepEvent);
    expect(recorder.counts.get('dynamo_evolve.sweep.take_overs')).toEqual([{ value: 1, ...about }]);
    expect(recorder.counts.get('dynamo_evolve.sweep.rate')).toEqual([{ value: 50, ...about }]);
  });

  test('marks a request that failed', async () => {
    const absent = new Mapper({ client: engine.client, entities: [CardOfTwo], tablePrefix: 'absent_' });
    await expect(absent.repository(CardOfTwo).get({ deck: 'a', at: 1 })).rejects.toThrow('REQUEST_FAILED');
    expect(recorder.spans).toEqual([expect.objectContaining({ name: 'GetItem absent_cards', status: 2, ended: 1 })]);
    expect(recorder.spans[0]!.attributes['db.response.status_code']).toBe('ResourceNotFoundException');
    expect(recorder.spans[0]!.exceptions).toEqual([expect.stringContaining('REQUEST_FAILED')]);
  });

  test('takes a condition that is not met for an answer', async () => {
    await storeRaw(engine.endpoint, 'cards', staleCard(1));
    await expect(cards.insert(cards.create({ deck: 'a', at: 1 }))).rejects.toThrow('ALREADY_EXISTS');
    const [span] = recorder.spans;
    expect(span).toMatchObject({
      attributes: { 'db.response.status_code': 'ConditionalCheckFailedException' },
      ended: 1,
    });
    expect([span?.status, span?.exceptions]).toEqual([undefined, []]);
  });

  test('ends when it is told to', async () => {
    stop();
    await storeRaw(engine.endpoint, 'cards', staleCard(1));
    await cards.get({ deck: 'a', at: 1 });
    expect([recorder.spans, recorder.counts.size]).toEqual([[], 0]);
  });
});
