import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Class, Mapper, type Repository } from 'dynamo-evolve';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { defineEntity, toolboxEntity, type ToolboxEntity } from 'dynamo-evolve/toolbox';
import { GetItemCommand, type ItemAttributes, PutItemCommand } from 'dynamodb-toolbox';
import fc from 'fast-check';
import { cases } from '../support/effort.js';
import { arbitraryValues, hostileMap, itemSchema, schemaCases } from './arbitrary-schemas.js';

const chunk = 60;
const chunks = Array.from({ length: Math.ceil(schemaCases.length / chunk) }, (_, at) =>
  schemaCases.slice(at * chunk, (at + 1) * chunk),
);
const groups = [...chunks, [hostileMap]].map((group, at) => [`group ${at + 1}`, group] as const);
/** The toolbox itself reads a missing member called `constructor` as the one that every object has. */
const isOursAlone = (group: unknown) => group === groups.at(-1)?.[1];

/** The embedded engine takes no map or list for equal to another. */
const isScalar = (value: unknown) => value instanceof Date || typeof value !== 'object';

type Values = Record<string, unknown>;

describe.each(groups)('values of every schema of %s', (_name, group) => {
  const schema = itemSchema(group);
  const Specimen: Class<Values> = defineEntity({ name: 'Specimen', table: 'specimens', version: 1, schema });
  let engine: EmbeddedEngine;
  let specimens: Repository<Values>;
  let entity: ToolboxEntity<ItemAttributes>;

  beforeAll(async () => {
    engine = await startEmbeddedEngine();
    const mapper = new Mapper({ client: engine.client, entities: [Specimen] });
    await mapper.createTables();
    specimens = mapper.repository(Specimen);
    entity = toolboxEntity(mapper, Specimen);
  });
  afterAll(() => engine.close());

  const said = (values: Values) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

  test('are read as they were written, by us and by the toolbox', async () => {
    let next = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryValues(group), async (values) => {
        const id = String((next += 1));
        await specimens.insert(specimens.create({ id, ...values }));
        const read = await specimens.getOrFail({ id });
        expect(said({ ...read })).toEqual({ id, ...values });
        const theirs = isOursAlone(group)
          ? { id, ...values }
          : (await entity.build(GetItemCommand).key({ id }).send()).Item;
        expect(theirs).toEqual({ id, ...values });
        // what was read is what was written, so nothing has changed
        await specimens.save(read);
      }),
      { numRuns: cases(100) },
    );
  });

  test('are read as the toolbox wrote them', async () => {
    if (isOursAlone(group)) return;
    let next = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryValues(group), async (values) => {
        const id = `t-${(next += 1)}`;
        await entity
          .build(PutItemCommand)
          .item({ id, ...values })
          .send();
        expect(said({ ...(await specimens.getOrFail({ id })) })).toEqual({ id, ...values });
      }),
      { numRuns: cases(100) },
    );
  });

  test('can be asked for', async () => {
    let next = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryValues(group), async (values) => {
        const id = `q-${(next += 1)}`;
        await specimens.put(specimens.create({ id, ...values }));
        const all = Object.entries(values).flatMap(([attr, eq]) => (isScalar(eq) ? { attr, eq } : []));
        if (all.length === 0) return;
        const filter = { and: all } as never;
        expect(await specimens.query({ partition: id, filter }).all()).toHaveLength(1);
      }),
      { numRuns: cases(60) },
    );
  });
});
