import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Loaded before a spec, makes every command go through its client's middlewares as they stand, with answers taken raw: as commands do
 * that somebody else has put a middleware on. Answers come out equal, so that specs run unchanged.
 */
const { send } = DynamoDBClient.prototype;

DynamoDBClient.prototype.send = function stockSend(this: DynamoDBClient, ...args: unknown[]) {
  const [command] = args as [{ middlewareStack?: { add(middleware: unknown, options: object): void } } | undefined];
  command?.middlewareStack?.add((next: unknown) => next, { step: 'initialize' });
  return Reflect.apply(send, this, args) as never;
} as never;
