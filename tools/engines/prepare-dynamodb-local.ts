import {
  dynamoDBLocalPackage,
  emulatorFolder,
  prepareDynamoDBLocal,
  whyNoDynamoDBLocal,
} from './dynamodb-local-package.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interruption.abort());

try {
  const wasFetched = await prepareDynamoDBLocal(interruption.signal);
  const { name, version } = dynamoDBLocalPackage;
  console.log(`DynamoDB Local (${name} ${version}) ${wasFetched ? 'is now' : 'was already'} in ${emulatorFolder}`);
  const problem = await whyNoDynamoDBLocal();
  if (problem !== undefined) console.log(`It can't be started yet: ${problem}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
