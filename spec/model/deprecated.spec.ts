import { describe, expect, test } from '@jest/globals';
import { Attribute, Deprecated, Entity, PartitionKey, SortKey, TimeToLive, Versioned } from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';

const reason = 'nobody reads it';

describe('@Deprecated', () => {
  test('marks an attribute, whichever decorator comes first', () => {
    @Entity({ table: 'marked' })
    @Versioned(4, { initial: 4 })
    class Marked {
      @PartitionKey({ type: 'string' }) id!: string;
      @Deprecated({ since: 3, reason }) @Attribute({ type: 'string' }) above!: string;
      @Attribute({ type: 'string' }) @Deprecated({ since: 4 }) below!: string;
      @TimeToLive() @Deprecated({ since: 1 }) until?: Date;
      @Attribute({ type: 'string' }) fresh!: string;
    }
    const marks = compileModel(Marked).attributes.map(({ property, deprecated }) => [property, deprecated]);
    expect(Object.fromEntries(marks)).toEqual({
      id: undefined,
      above: { since: 3, reason },
      below: { since: 4 },
      until: { since: 1 },
      fresh: undefined,
    });
  });

  test('marks an attribute that is inherited, for the class that says so', () => {
    class Parent {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) old!: string;
      @Attribute({ type: 'string' }) @Deprecated({ since: 1 }) older!: string;
    }
    @Entity({ table: 'children' })
    @Versioned(2, { initial: 2 })
    class Child extends Parent {
      declare old: string;
    }
    Deprecated({ since: 2 })(Child.prototype, 'old');
    const { byProperty } = compileModel(Child);
    expect([byProperty.get('old')?.deprecated, byProperty.get('older')?.deprecated]).toEqual([
      { since: 2 },
      { since: 1 },
    ]);
  });

  test.each([
    ['no attribute', 'missing', 1, "it isn't an attribute; put @Attribute() on it, too"],
    ['a key', 'id', 1, 'it is a key, which every item needs'],
    ['a sort key', 'at', 1, 'it is a key, which every item needs'],
    ['a version that the class does not have yet', 'text', 3, 'since is 3; expected a version from 1 to 2'],
    ['a version that is none', 'text', 0, 'since is 0; expected a version from 1 to 2'],
    ['half a version', 'text', 1.5, 'since is 1.5; expected a version from 1 to 2'],
    ['no number', 'text', '2', "since isn't a number; expected a version from 1 to 2"],
  ])('is refused for %s', (_what, member, since, problem) => {
    @Entity({ table: 'refused' })
    @Versioned(2, { initial: 2 })
    class Refused {
      @PartitionKey({ type: 'string' }) id!: string;
      @SortKey({ type: 'string' }) at!: string;
      @Attribute({ type: 'string' }) text!: string;
    }
    Deprecated({ since: since as number })(Refused.prototype, member);
    const { details } = caught('INVALID_MEMBER', () => compileModel(Refused));
    expect(details).toEqual({ class: 'Refused', member, decorator: '@Deprecated', problem });
  });

  test('is refused without options, as JavaScript can leave them out', () => {
    @Entity({ table: 'refused' })
    @Versioned(2, { initial: 2 })
    class Refused {
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) text!: string;
    }
    (Deprecated as (options?: object) => ReturnType<typeof Deprecated>)()(Refused.prototype, 'text');
    const { details } = caught('INVALID_MEMBER', () => compileModel(Refused));
    expect(details.problem).toBe("since isn't a number; expected a version from 1 to 2");
  });
});
