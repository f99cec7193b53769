import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Attribute, Entity, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { readStored } from '../support/raw-requests.js';

const kind = (value: string) => ({ table: 'papers', discriminator: { attribute: 'kind', value } });

@Entity(kind('paper'))
@Versioned(1)
class Paper {
  @PartitionKey() id!: string;
  @Attribute() title!: string;
}

@Entity(kind('pdf'))
@Versioned(1)
class Pdf extends Paper {
  @Attribute() pages!: number;
}

/** Decorated, but of no table. */
class Draft extends Paper {
  @Attribute({ optional: true }) note?: string;
}

/** Behaviour alone: a paper like any other. */
class LoudPaper extends Paper {
  shout(): string {
    return this.title.toUpperCase();
  }
}

let engine: EmbeddedEngine;
let mapper: Mapper;

beforeAll(async () => {
  engine = await startEmbeddedEngine();
  mapper = new Mapper({ client: engine.client, entities: [Paper, Pdf] });
  await mapper.createTables();
});
afterAll(() => engine.close());

const stored = (id: string) => readStored(engine.endpoint, 'papers', { id: { S: id } });
const calls = ['insert', 'put', 'save', 'putMany', 'putMany of batches'] as const;

describe("an entity of a subclass, through its parent's repository", () => {
  const subclasses = [
    ['an entity', Pdf],
    ['not an entity', Draft],
  ] as const;
  describe.each(subclasses)('with decorators, %s', (_, target) => {
    test.each(calls)('%s refuses it', async (call) => {
      const papers = mapper.repository(Paper);
      const paper = Object.assign(new target(), { id: 'a', title: 'A', pages: 3, note: 'n' });
      const [result] = await (call === 'insert' || call === 'put' || call === 'save'
        ? Promise.allSettled([papers[call](paper)])
        : papers.putMany([paper], call === 'putMany' ? {} : { unconditional: true }));
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_ARGUMENT' } });
      expect(await stored('a')).toBeUndefined();
    });
  });

  test('is stored by its own repository as what it is', async () => {
    await mapper.repository(Pdf).insert(mapper.repository(Pdf).create({ id: 'p', title: 'P', pages: 3 }));
    expect(await stored('p')).toMatchObject({ kind: { S: 'pdf' }, pages: { N: '3' } });
  });

  test('without decorators is an entity of the parent', async () => {
    const paper = Object.assign(new LoudPaper(), { id: 'l', title: 'L' });
    await mapper.repository(Paper).insert(paper);
    paper.title = 'M';
    await mapper.repository(Paper).save(paper);
    expect(await stored('l')).toMatchObject({ kind: { S: 'paper' }, title: { S: 'M' } });
  });
});
