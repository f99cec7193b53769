import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Loaded before a spec, makes every client read through its own deserialiser, as one does that doesn't let us take its
 * bodies: the middleware is taken off our commands again. Answers come out equal, so that specs run unchanged.
 */
const { send } = DynamoDBClient.prototype;

DynamoDBClient.prototype.send = function plainSend(this: DynamoDBClient, ...args: unknown[]) {
  const [command] = args as [{ readonly middlewareStack?: { remove(name: string): boolean } } | undefined];
  command?.middlewareStack?.remove('dynamoEvolveTakeAnswer');
  return Reflect.apply(send, this, args) as never;
} as never;
