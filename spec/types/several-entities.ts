import { type EntityOf, Mapper, type QueryResult } from 'dynamo-evolve';
import { assertTypeOf, type Holds, type Same } from './assert-type.js';
import { Message, Note } from './entities.js';

/** The entities of classes are the union of theirs. */
export type Entities = Holds<Same<EntityOf<readonly [typeof Message, typeof Note]>, Message | Note>>;

abstract class Base {
  id!: string;
  size!: number;
}
class Small extends Base {
  small!: true;
}
class Large extends Base {
  large!: true;
}

export async function queries(mapper: Mapper): Promise<void> {
  assertTypeOf<QueryResult<Message | Note>>()(mapper.query({ entities: [Message, Note], partition: 'a' }));
  assertTypeOf<QueryResult<Message>>()(mapper.query({ entities: [Message], partition: 'a', limit: 3 }));
  const classes = [Small, Large];
  assertTypeOf<(Small | Large)[]>()(await mapper.query({ entities: classes, partition: { id: 'a' } }).all());
  for await (const one of mapper.query({ entities: [Small, Large], partition: 'a', filter: { attr: 'size', gt: 1 } })) {
    if ('small' in one) assertTypeOf<Small>()(one);
    else assertTypeOf<Large>()(one);
  }
  const parts = await mapper.query({ entities: [Small, Large], partition: 'a', attributes: ['id'] }).all();
  assertTypeOf<{ id: string }[]>()(parts);

  // @ts-expect-error no classes
  mapper.query({ partition: 'a' });
  // @ts-expect-error no partition
  mapper.query({ entities: [Small] });
  // @ts-expect-error a property that only one of the classes has
  mapper.query({ entities: [Small, Large], partition: 'a', filter: { attr: 'small', eq: true } });
  // @ts-expect-error the same
  mapper.query({ entities: [Small, Large], partition: 'a', attributes: ['large'] });
  // @ts-expect-error another type
  mapper.query({ entities: [Small, Large], partition: 'a', filter: { attr: 'size', eq: 'x' } });
  // @ts-expect-error an option that there isn't
  mapper.query({ entities: [Small], partition: 'a', segments: 3 });
  // @ts-expect-error an instance
  mapper.query({ entities: [new Small()], partition: 'a' });
}

export function said(mapper: Mapper): QueryResult<Message | Note> {
  return mapper.query({ entities: [Message, Note], partition: 'a' });
}
