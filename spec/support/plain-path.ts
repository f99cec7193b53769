import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Loaded before a spec, makes every client send in its own way, and read through its own deserialiser, as one does that
 * doesn't let us take its bodies: what we put on our commands is taken off again. Answers come out equal, so that specs
 * run unchanged.
 */
const { send } = DynamoDBClient.prototype;

DynamoDBClient.prototype.send = function plainSend(this: DynamoDBClient, ...args: unknown[]) {
  const [command] = args as [{ resolveMiddleware?: unknown } | undefined];
  delete command?.resolveMiddleware;
  return Reflect.apply(send, this, args) as never;
} as never;
