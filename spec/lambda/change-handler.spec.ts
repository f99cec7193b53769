import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  Attribute,
  type Change,
  type ChangeRecord,
  Entity,
  isChangeOf,
  type Item,
  Mapper,
  PartitionKey,
  SortKey,
  Upgrade,
  Versioned,
} from 'dynamo-evolve';
import { changeHandler, type StreamEvent } from 'dynamo-evolve/lambda';
import fc from 'fast-check';
import { cases } from '../support/effort.js';

@Entity({ table: 'notes' })
@Versioned(2)
class Note {
  @PartitionKey({ type: 'bytes' }) book!: Uint8Array;
  @SortKey({ type: 'number' }) n!: number;
  @Attribute({ type: 'string' }) title!: string;

  @Upgrade(1, 2)
  static title(item: Item): void {
    item.title = item.name;
    delete item.name;
  }
}

const inShop = (value: string) => ({ table: 'shop', discriminator: { attribute: 'type', value } });

@Entity(inShop('cat'))
@Versioned(1)
class Cat {
  @PartitionKey({ type: 'string' }) id!: string;
}

@Entity(inShop('dog'))
@Versioned(1)
class Dog {
  @PartitionKey({ type: 'string' }) id!: string;
}

const client = { send: () => Promise.reject(new Error('nothing is sent')) } as never;
const mapper = new Mapper({ client, entities: [Note, Cat, Dog] });

const base64 = (text: string) => Buffer.from(text).toString('base64');
const record = (table: string, Keys: object, sequence: number, images: object): ChangeRecord => ({
  eventSourceARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2024-03-01T09:15:00.000`,
  dynamodb: {
    Keys: Keys as never,
    SequenceNumber: String(sequence),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    ApproximateCreationDateTime: 1_700_000_000,
    ...images,
  },
});
/** The insertion of a note, whose number is the record's. */
const noted = (book: string, n: number, version = 2): ChangeRecord => {
  const Keys = { book: { B: base64(book) }, n: { N: String(n) } };
  return record('notes', Keys, n, { NewImage: { title: { S: 'Hi' }, schema_version: { N: String(version) } } });
};
const pet = (n: number, before: string | undefined, after: string | undefined) => {
  const image = (type: string) => ({ type: { S: type }, schema_version: { N: '1' } });
  return record('shop', { id: { S: 'a' } }, n, {
    ...(before !== undefined && { OldImage: image(before) }),
    ...(after !== undefined && { NewImage: image(after) }),
  });
};
const eventOf = (...Records: ChangeRecord[]): StreamEvent => ({ Records });
const failedAt = (n: number) => ({ batchItemFailures: [{ itemIdentifier: String(n) }] });
const allHandled = { batchItemFailures: [] };

/** A handler's function that notes what it sees, and fails where it is told to. */
function observer(...failing: number[]) {
  const seen: string[] = [];
  const handle = async (change: Change) => {
    await nextTurn();
    const { book, n } = change.key as { book: Uint8Array; n: number };
    seen.push(`${Buffer.from(book).toString()}${n}`);
    if (failing.includes(n)) throw new Error(`${n} fails`);
  };
  return { seen, handle };
}

const quiet = { onFailure: () => {} };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a batch', () => {
  test('with a removal that shows no image has one for each class of the table', async () => {
    const seen: unknown[] = [];
    const handle = ({ entity, key, kind }: Change) => void seen.push([entity, kind, key]);
    expect(await changeHandler(mapper, handle)(eventOf(pet(1, undefined, undefined)))).toEqual(allHandled);
    expect(seen).toEqual([
      [Cat, 'remove', { id: 'a' }],
      [Dog, 'remove', { id: 'a' }],
    ]);
  });

  test('of nothing is handled', async () => {
    expect(await changeHandler(mapper, () => {})(eventOf())).toEqual(allHandled);
  });

  test('is handled in the order of each partition', async () => {
    const { handle, seen } = observer();
    const event = eventOf(noted('a', 1), noted('b', 2), noted('a', 3), noted('b', 4));
    expect(await changeHandler(mapper, handle)(event)).toEqual(allHandled);
    expect(seen.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a3']);
    expect(seen.filter((name) => name.startsWith('b'))).toEqual(['b2', 'b4']);
  });

  test.each([1, 2, 3, 10])('is handled %d partitions at once, and never two records of one', async (concurrency) => {
    const running: string[] = [];
    let most = 0;
    const handle = async (change: Change) => {
      const book = Buffer.from((change.after as Note).book).toString();
      expect(running).not.toContain(book);
      running.push(book);
      most = Math.max(most, running.length);
      await nextTurn();
      running.splice(running.indexOf(book), 1);
    };
    const books = ['a', 'b', 'c', 'd'];
    const records = Array.from({ length: 16 }, (_, n) => noted(books[n % 4] as string, n));
    expect(await changeHandler(mapper, handle, { concurrency })(eventOf(...records))).toEqual(allHandled);
    expect(most).toBe(Math.min(concurrency, 4));
  });

  test.each([
    ['first', [1], ['a1', 'b2', 'b4', 'b6'], 1],
    ['in the middle', [3], ['a1', 'a3', 'b2', 'b4', 'b6'], 3],
    ['last', [6], ['a1', 'a3', 'a5', 'b2', 'b4', 'b6'], 6],
    ['in two partitions', [5, 4], ['a1', 'a3', 'a5', 'b2', 'b4'], 4],
  ])('whose failure comes %s goes on in other partitions, and names the first', async (_where, failing, handled, n) => {
    for (const concurrency of [1, 2]) {
      const { handle, seen } = observer(...failing);
      const event = eventOf(...[1, 2, 3, 4, 5, 6].map((number) => noted(number % 2 ? 'a' : 'b', number)));
      expect(await changeHandler(mapper, handle, { concurrency, ...quiet })(event)).toEqual(failedAt(n));
      expect(seen.toSorted()).toEqual(handled);
    }
  });

  test('takes a function that throws at once for one that rejects', async () => {
    const handle = () => {
      throw new Error('at once');
    };
    expect(await changeHandler(mapper, handle, quiet)(eventOf(noted('a', 1)))).toEqual(failedAt(1));
  });

  test('tells why a record failed', async () => {
    const onFailure = jest.fn();
    await changeHandler(mapper, observer(1).handle, { onFailure })(eventOf(noted('a', 1)));
    expect(onFailure.mock.calls).toEqual([[new Error('1 fails'), noted('a', 1)]]);
    const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await changeHandler(mapper, observer(1).handle)(eventOf(noted('a', 1)));
    expect(warning.mock.calls).toEqual([[expect.stringContaining('1 fails'), 'ChangeFailure']]);
  });
});

describe('changes', () => {
  const seenBy = async (event: StreamEvent, options: object = {}) => {
    const seen: unknown[][] = [];
    const handler = changeHandler(mapper, ({ entity, kind }) => void seen.push([entity, kind]), {
      ...quiet,
      ...options,
    });
    return { answer: await handler(event), seen };
  };

  test('of the stored form alone are left out, unless they are wanted', async () => {
    const { dynamodb } = noted('a', 1);
    const OldImage = { name: { S: 'Hi' }, schema_version: { N: '1' } };
    const upgraded = eventOf({ ...noted('a', 1), dynamodb: { ...dynamodb, OldImage } });
    expect(await seenBy(upgraded)).toEqual({ answer: allHandled, seen: [] });
    expect((await seenBy(upgraded, { skipOnlyUpgraded: true })).seen).toEqual([]);
    expect((await seenBy(upgraded, { skipOnlyUpgraded: false })).seen).toEqual([[Note, 'modify']]);
  });

  test('of the class of an item are two', async () => {
    const { seen } = await seenBy(eventOf(pet(1, 'cat', 'dog')));
    expect(seen).toEqual([
      [Cat, 'remove'],
      [Dog, 'insert'],
    ]);
    expect((await seenBy(eventOf(pet(1, 'cat', 'dog')), { entities: [Cat] })).seen).toEqual([[Cat, 'remove']]);
  });

  test('have the type of their class', async () => {
    const ids: string[] = [];
    const handler = changeHandler(mapper, (change) => {
      if (isChangeOf(change, Cat) && change.kind === 'insert') ids.push(change.after.id);
    });
    await handler(eventOf(pet(1, undefined, 'cat')));
    expect(ids).toEqual(['a']);
    changeHandler(mapper, (change) => void change.after?.title.length, { entities: [Note] });
  });

  test('of unknown classes are left out, or fail if they are asked for', async () => {
    const unknown = pet(1, undefined, 'bird');
    expect(await seenBy(eventOf(unknown, pet(2, undefined, 'cat')))).toEqual({
      answer: allHandled,
      seen: [[Cat, 'insert']],
    });
    expect(await seenBy(eventOf(unknown, pet(2, undefined, 'cat')), { unknown: 'throw' })).toEqual({
      answer: failedAt(1),
      seen: [],
    });
    expect((await seenBy(eventOf(record('others', { x: { S: 'a' } }, 1, { NewImage: {} })))).answer).toEqual(
      allHandled,
    );
  });
});

describe('a record that cannot be read', () => {
  const event = eventOf(noted('a', 1), noted('a', 2, 9), noted('b', 3), noted('a', 4));

  test('fails, and holds its partition', async () => {
    for (const options of [{}, { onUnreadable: 'fail' } as const]) {
      const { handle, seen } = observer();
      const onFailure = jest.fn();
      expect(await changeHandler(mapper, handle, { ...options, onFailure })(event)).toEqual(failedAt(2));
      expect(seen).toEqual(['a1', 'b3']);
      expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ code: 'UNREADABLE_CHANGE' }), event.Records[1]);
    }
  });

  test('can be dropped', async () => {
    const { handle, seen } = observer();
    expect(await changeHandler(mapper, handle, { onUnreadable: 'skip' })(event)).toEqual(allHandled);
    expect(seen).toEqual(['a1', 'a4', 'b3']);
  });

  test('can be taken by a function, which holds the partition if it fails', async () => {
    const taken: unknown[] = [];
    const onUnreadable = async (error: { code: string }, unreadable: ChangeRecord) => {
      await nextTurn();
      taken.push([error.code, unreadable]);
    };
    const { handle, seen } = observer();
    expect(await changeHandler(mapper, handle, { onUnreadable })(event)).toEqual(allHandled);
    expect(seen).toEqual(['a1', 'a4', 'b3']);
    expect(taken).toEqual([['UNREADABLE_CHANGE', event.Records[1]]]);
    const failing = { onUnreadable: () => Promise.reject(new Error('no room')), ...quiet };
    expect(await changeHandler(mapper, observer().handle, failing)(event)).toEqual(failedAt(2));
  });

  test('is not what the function itself rejects with', async () => {
    const handle = () => void mapper.change(noted('a', 1, 9));
    const options = { onUnreadable: 'skip', ...quiet } as const;
    expect(await changeHandler(mapper, handle, options)(eventOf(noted('a', 1)))).toEqual(failedAt(1));
  });
});

describe('refused', () => {
  test.each([
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['onUnreadable', { onUnreadable: 'ignore' }],
    ['onFailure', { onFailure: 'ignore' }],
    ['skipOnlyUpgraded', { skipOnlyUpgraded: 'yes' }],
    ['unknown', { unknown: 'ignore' }],
    ['entities', { entities: [] }],
    ['retries', { retries: 3 }],
  ])('is a wrong option: %s', (argument, options) => {
    const refused = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      details: expect.objectContaining({ argument }),
    });
    expect(() => changeHandler(mapper, () => {}, options as never)).toThrow(refused);
  });

  test('are other things than mappers and functions', () => {
    expect(() => changeHandler({} as never, () => {})).toThrow("isn't a Mapper");
    expect(() => changeHandler(undefined as never, () => {})).toThrow("isn't a Mapper");
    expect(() => changeHandler(mapper, undefined as never)).toThrow("isn't a function");
  });

  test.each([
    ['INVALID_ARGUMENT', 'no event', undefined],
    ['INVALID_ARGUMENT', 'an event of something else', { Records: [{ body: 'x' }] }],
    [
      'INVALID_ARGUMENT',
      'a record without a number',
      { Records: [{ dynamodb: { Keys: {}, NewImage: { a: { S: 'x' } } } }] },
    ],
    [
      'STREAM_VIEW',
      'another view',
      { Records: [noted('a', 1), { dynamodb: { Keys: {}, StreamViewType: 'KEYS_ONLY' } }] },
    ],
  ])('with %s is %s, before a change is handled', async (code, _what, event) => {
    const handle = jest.fn();
    await expect(changeHandler(mapper, handle)(event as never)).rejects.toMatchObject({ code });
    expect(handle).not.toHaveBeenCalled();
  });

  test('are events once the mapper is closed', async () => {
    const closing = new Mapper({ client, entities: [Note] });
    const handler = changeHandler(closing, () => {});
    await closing.close();
    await expect(handler(eventOf(noted('a', 1)))).rejects.toMatchObject({ code: 'MAPPER_CLOSED' });
  });
});

/** Delivers a shard in batches, each again from the record that the answer names, as Lambda does. */
async function deliver(
  records: readonly ChangeRecord[],
  batchSize: number,
  handler: (event: StreamEvent) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>,
): Promise<void> {
  for (let start = 0; start < records.length;) {
    const batch = records.slice(start, start + batchSize);
    const { batchItemFailures: failures } = await handler({ Records: batch });
    const failed = failures.map(({ itemIdentifier: number }) =>
      batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === number),
    );
    expect(failed).not.toContain(-1);
    start += failures.length === 0 ? batch.length : Math.min(...failed);
  }
}

test('no record is lost, and none comes before an earlier one of its partition', async () => {
  const shard = fc.array(
    fc.record({ book: fc.constantFrom('a', 'b', 'c', 'd'), failures: fc.constantFrom(0, 0, 1, 2) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      shard,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (plan, size, concurrency) => {
        const left: number[] = plan.map(({ failures }) => failures);
        const handled = new Set<number>();
        const handle = async (change: Change) => {
          await nextTurn();
          const { n } = change.after as Note;
          const earlier = plan.flatMap(({ book }, at) => (at < n && book === plan[n]?.book ? [at] : []));
          expect(earlier.filter((at) => !handled.has(at))).toEqual([]);
          if ((left[n] as number) > 0) {
            left[n] = (left[n] as number) - 1;
            throw new Error('not now');
          }
          handled.add(n);
        };
        // a failed expectation mustn't pass for one of the failures that are wanted
        const onFailure = (error: unknown) => {
          if ((error as Error).message !== 'not now') throw error;
        };
        const records = plan.map(({ book }, n) => noted(book, n));
        await deliver(records, size, changeHandler(mapper, handle, { concurrency, onFailure }));
        expect(handled.size).toBe(plan.length);
        expect(left.every((failures) => failures === 0)).toBe(true);
      },
    ),
    { numRuns: cases(500) },
  );
});
