import { type DynamoDBClient, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { EngineClient } from 'dynamo-evolve';
import { inspect } from 'node:util';

/** A client that also hands every UpdateItem that it sends to a function. */
export function tellUpdates(client: DynamoDBClient, tell: (input: UpdateItemCommandInput) => void): EngineClient {
  const send = (command: unknown, options: object) => {
    if (command instanceof UpdateItemCommand) tell(command.input);
    return client.send(command as UpdateItemCommand, options);
  };
  return { send } as EngineClient;
}

/** What an UpdateItem does and its condition, a line each, with names and values filled in. */
export function describeUpdate(input: UpdateItemCommandInput): string {
  const { UpdateExpression: update = '', ConditionExpression: condition = '' } = input;
  const clauses = update.split(/ (?=REMOVE )/);
  const conditions = condition.split(' AND ').map(withoutBrackets);
  return [...clauses, ...conditions.map((one, at) => `${at === 0 ? 'if ' : 'and'} ${one}`)]
    .map((line) => line.replaceAll(/[#:]\w+/g, (token) => meaning(token, input)))
    .join('\n');
}

function meaning(token: string, input: UpdateItemCommandInput): string {
  if (token.startsWith('#')) return input.ExpressionAttributeNames?.[token] ?? token;
  const [[type, value] = []] = Object.entries(input.ExpressionAttributeValues?.[token] ?? {});
  return type === 'N' ? String(value) : inspect(value, { breakLength: Infinity });
}

/** Without the brackets around a condition; those of functions stay. */
function withoutBrackets(condition: string): string {
  const opened = condition.replace(/^\(+/, '');
  const surplus = opened.split(')').length - opened.split('(').length;
  return surplus > 0 ? opened.slice(0, -surplus) : opened;
}
