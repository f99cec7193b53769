import { Agent, type IncomingMessage, request } from 'node:http';
import type { WireItem } from 'dynamo-evolve';

/** A request or an answer, as JSON has it. */
export interface Body {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly ConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly ReturnValues?: string;
  readonly [member: string]: unknown;
}

/** What an engine answers. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** The engine behind the profile. */
export class Upstream {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async send(operation: string, body: Body): Promise<Answer> {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      request(this.#endpoint, { agent: this.#agent, method: 'POST', headers: headersOf(operation) }, resolve)
        .on('error', reject)
        .end(JSON.stringify(body));
    });
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return inOwnWords({ status: incoming.statusCode ?? 500, body: JSON.parse(text || '{}') as Body });
  }

  /** An item as it is stored now. */
  async item(table: string, key: WireItem): Promise<WireItem | undefined> {
    const { body } = await this.send('GetItem', { TableName: table, Key: key, ConsistentRead: true });
    return body.Item as WireItem | undefined;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What Alternator says of the same, where its own tests go by it. */
const words: readonly (readonly [RegExp, string])[] = [
  [
    /precision up to 38 digits/,
    'Number too precise. Attempting to store a number with more significant digits than supported.',
  ],
  [/cannot be converted into a number/, 'The parameter cannot be converted to a numeric value'],
  [/Syntax error;/, 'syntax error;'],
];

function inOwnWords(answer: Answer): Answer {
  if (answer.status === 200) return answer;
  const { Message: other, message = other, ...rest } = answer.body;
  const found = words.find(([pattern]) => pattern.test(String(message)));
  if (!found) return answer;
  const [pattern, own] = found;
  const text = own.endsWith(';') ? String(message).replace(pattern, own) : own;
  return { ...answer, body: { ...rest, message: text } };
}

/** What DynamoDB Local knows as operations of another service. */
const ofStreams = new Set(['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords']);

function headersOf(operation: string) {
  const scope = '20240101/local/dynamodb/aws4_request';
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=none/${scope}, SignedHeaders=host, Signature=0`,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20240101T000000Z',
    'x-amz-target': `${ofStreams.has(operation) ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${operation}`,
  };
}
