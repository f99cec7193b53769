import type { Contender } from './contender.js';

interface KnownContender {
  readonly name: string;
  readonly load: () => Promise<Contender>;
}

/** All of them, in the order of the tables; loaded one by one, so that one that isn't installed stays alone. */
export const contenders: readonly KnownContender[] = [
  { name: 'hand-written', load: async () => (await import('./contenders/hand-written.js')).handWritten },
  { name: 'dynamo-evolve', load: async () => (await import('./contenders/dynamo-evolve.js')).dynamoEvolve },
  { name: 'AWS DynamoDBClient', load: async () => (await import('./contenders/aws.js')).dynamoDBClient },
  { name: 'AWS DocumentClient', load: async () => (await import('./contenders/aws.js')).documentClient },
  { name: 'plainToInstance', load: async () => (await import('./contenders/class-transformer.js')).classTransformer },
  { name: 'dynamodb-toolbox', load: async () => (await import('./contenders/dynamodb-toolbox.js')).dynamodbToolbox },
  { name: 'ElectroDB', load: async () => (await import('./contenders/electrodb.js')).electrodb },
  { name: 'TypeDORM', load: async () => (await import('./contenders/typedorm.js')).typedorm },
  { name: 'Dynamoose', load: async () => (await import('./contenders/dynamoose.js')).dynamoose },
];
