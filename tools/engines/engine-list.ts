/** What the conformance suite asks of an engine that not every one can do. */
export type Ability = 'add indexes' | 'expire items' | 'have streams' | 'keep tags' | 'refuse conditional writes';

export type EngineName = 'embedded' | 'dynamodb-local' | 'alternator-profile' | 'localstack' | 'scylla';

/** An engine of the conformance suite: the one place that says what it is, what it can't do and how it differs. */
export interface EngineFacts {
  /** What the environment variable ENGINE calls it. */
  readonly name: EngineName;
  readonly title: string;
  /** What it is. */
  readonly what: string;
  /** What it needs beside `npm ci`. */
  readonly needs: string;
  /** Where it runs, and whether it ever did. */
  readonly runs: {
    readonly test: string;
    readonly all: string;
    readonly ci: string;
    readonly workflow: string;
    readonly wasRun: string;
  };
  /** What it can't do, and why: the suite skips that with the reason. */
  readonly cannot: Readonly<Partial<Record<Ability, string>>>;
  /** How it differs from ScyllaDB Alternator otherwise. */
  readonly differences: readonly string[];
}

/** What only Docker can run. */
const containers = { test: 'no', all: 'no', ci: 'where a Docker daemon answers', workflow: 'always', wasRun: '**no**' };

export const engineList: readonly EngineFacts[] = [
  {
    name: 'embedded',
    title: 'Embedded',
    what: 'dynalite, in the same process as the tests; started by `startEmbeddedEngine()`',
    needs: 'nothing',
    runs: { test: 'always', all: 'always', ci: 'always', workflow: 'always', wasRun: 'yes' },
    cannot: {
      'add indexes': "dynalite can't add an index to an existing table",
      'expire items': "dynalite doesn't know UpdateTimeToLive",
      'have streams': 'dynalite has no streams',
      'keep tags': 'dynalite ignores the tags of CreateTable',
      'refuse conditional writes': 'only ScyllaDB has write isolation',
    },
    differences: [
      '`=` on maps and lists is always false and `<>` always true; comparisons leaf by leaf are right',
      "a failed condition doesn't return the stored item",
      'unknown parameters are silently ignored',
      '`REMOVE l[0], l[1]` shifts the list between the two removals; REMOVE on a missing item creates the item',
      'requests run one after another; indexes are up to date at once; pages are as full as possible',
    ],
  },
  {
    name: 'dynamodb-local',
    title: 'DynamoDB Local',
    what: "AWS's own emulator",
    needs: 'a Java runtime (tested with 17), and `npm run engine:dynamodb-local`',
    runs: { test: 'no', all: 'where it is ready', ci: 'always', workflow: 'always', wasRun: 'yes' },
    cannot: {
      'keep tags': 'DynamoDB Local has no tags',
      'refuse conditional writes': 'only ScyllaDB has write isolation',
    },
    differences: [
      'numbers are compared by value, whatever their notation, and come back in one notation',
      'index projections are respected, and indexes are up to date at once',
      'it has transactions, PartiQL and everything else that Alternator lacks',
      'items larger than 400 KB and batches of more than 25 writes are refused',
    ],
  },
  {
    name: 'alternator-profile',
    title: 'Alternator profile',
    what: 'a proxy in front of DynamoDB Local that behaves like Alternator where the two differ',
    needs: 'the same as DynamoDB Local',
    runs: {
      test: 'no',
      all: 'its own tests, where DynamoDB Local is ready',
      ci: 'always',
      workflow: 'always',
      wasRun: 'yes',
    },
    cannot: {},
    differences: [
      "it represents ScyllaDB's documentation and source, not a ScyllaDB that has been run",
      "it doesn't cover isolation between data centres, contention and lost nodes",
    ],
  },
  {
    name: 'localstack',
    title: 'LocalStack',
    what: 'DynamoDB Local again, in a container behind its own gateway',
    needs: 'Docker',
    runs: containers,
    cannot: {
      'refuse conditional writes': 'only ScyllaDB has write isolation',
    },
    differences: ['the same as DynamoDB Local'],
  },
  {
    name: 'scylla',
    title: 'ScyllaDB',
    what: 'ScyllaDB with Alternator: one node in a container, or the one at ALTERNATOR_ENDPOINT',
    needs: 'Docker, or a running ScyllaDB',
    runs: containers,
    cannot: {},
    differences: ['none, by definition'],
  },
];

export function engineOf(name: EngineName): EngineFacts {
  const found = engineList.find((one) => one.name === name);
  if (!found) throw new Error(`there is no engine ${name}; the engines are ${engineNames().join(', ')}`);
  return found;
}

export function engineNames(): EngineName[] {
  return engineList.map(({ name }) => name);
}
