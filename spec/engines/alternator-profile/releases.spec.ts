import { randomUUID } from 'node:crypto';
import {
  Attribute,
  type CreateTablesOptions,
  Entity,
  Index,
  Mapper,
  PartitionKey,
  TimeToLive,
  Versioned,
} from 'dynamo-evolve';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import {
  type AlternatorProfile,
  startAlternatorProfile,
} from '../../../tools/engines/alternator-profile/alternator-profile.js';
import { whyNoDynamoDBLocal } from '../../../tools/engines/dynamodb-local-package.js';
import { testUnless } from '../../support/test-unless.js';
import { factsOf } from './facts-of-the-profile.js';

@Entity({ table: 'events' })
@Versioned(1)
@Index('by_kind', { partitionKey: 'kind' })
class Happening {
  @PartitionKey() id!: string;
  @Attribute() kind!: string;
}

@Entity({ table: 'tokens' })
@Versioned(1)
class Token {
  @PartitionKey() id!: string;
  @TimeToLive() expiry?: Date;
}

const { testAll, testHere } = factsOf('releases');
const problem = await whyNoDynamoDBLocal();
const unless = problem && `DynamoDB Local can't be started: ${problem}`;

const releases = {
  '2025.1': { version: '2025.1', racks: 3, isRackValid: false },
  '2025.3': { version: '2025.3', racks: 3, isRackValid: false },
  '2025.4': { version: '2025.4', racks: 3, isRackValid: false },
  '2026.1, two racks': { version: '2026.1', racks: 2, isRackValid: false },
} as const;

const profiles = new Map<string, AlternatorProfile>();
beforeAll(async () => {
  if (problem !== undefined) return;
  for (const [name, release] of Object.entries(releases)) profiles.set(name, await startAlternatorProfile(release));
}, 120_000);
afterAll(() => Promise.all([...profiles.values()].map((profile) => profile.close())));

/** What becomes of creating the table of a class. */
async function create(
  name: keyof typeof releases,
  entity: typeof Happening | typeof Token,
  options?: CreateTablesOptions,
) {
  const { client } = profiles.get(name) as AlternatorProfile;
  const mapper = new Mapper({ client, entities: [entity], tablePrefix: `t${randomUUID()}_` });
  return mapper.createTables(options).then(
    ([created]) => (created?.timeToLive === 'none' ? 'created' : `created, expiry ${created?.timeToLive}`),
    ({ code, details }: { code: string; details: { what: string; versions: string } }) =>
      `${code}: ${details.what}, ${details.versions}`,
  );
}

describe('what the Alternator profile refuses on tablets:', () => {
  testHere('indexes on tablets', async () => {
    expect(await create('2025.1', Happening)).toBe('created');
    expect(await create('2025.1', Happening, { initialTablets: 0 })).toBe('created');
    expect(await create('2025.4', Happening)).toBe('TABLETS_UNSUPPORTED: indexes, 2025.4');
    expect(await create('2026.1, two racks', Happening)).toBe('TABLETS_UNSUPPORTED: indexes, 2026.1 and later');
    // and the way out
    expect(await create('2025.4', Happening, { initialTablets: 'none' })).toBe('created');
    expect(await create('2026.1, two racks', Happening, { initialTablets: 'none' })).toBe('created');
  });

  testHere('expiry on tablets', async () => {
    expect(await create('2025.1', Token, { initialTablets: 0 })).toBe(
      'TABLETS_UNSUPPORTED: time to live, 2025.1 and 2025.2',
    );
    expect(await create('2025.1', Token, { initialTablets: 'none' })).toBe('created, expiry enabled');
    expect(await create('2025.3', Token, { initialTablets: 4 })).toBe('created, expiry enabled');
    expect(await create('2025.4', Token)).toBe('created, expiry enabled');
  });

  testHere('reserved tags', async () => {
    // the mapper tries it without them
    expect(await create('2025.3', Happening, { initialTablets: 'none' })).toBe('created');
    const { client } = profiles.get('2025.3') as AlternatorProfile;
    const mapper = new Mapper({ client, entities: [Happening], tablePrefix: `t${randomUUID()}_` });
    const refused = mapper.createTables({ tags: { 'system:table_creation_time': 'now' } });
    await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringContaining('reserved') } });
  });

  testUnless(unless, 'verifyTables() tells tablets by the tag', async () => {
    const { client } = profiles.get('2026.1, two racks') as AlternatorProfile;
    const mapper = new Mapper({ client, entities: [Token], tablePrefix: `t${randomUUID()}_` });
    await mapper.createTables({ initialTablets: 'none', writeIsolation: 'only_rmw_uses_lwt' });
    expect(await mapper.verifyTables({ initialTablets: 'none' })).toEqual([]);
    const differences = await mapper.verifyTables({ initialTablets: 8, writeIsolation: 'always_use_lwt' });
    expect(differences.map(({ what }) => what)).toEqual(['write isolation', 'tablets']);
  });

  testAll();
});
