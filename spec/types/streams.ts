import { isChangeOf, type Mapper } from 'dynamo-evolve';
import { type BatchResponse, changeHandler, type StreamEvent } from 'dynamo-evolve/lambda';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';
import { assertTypeOf } from './assert-type.js';

/** The shapes of `@types/aws-lambda`, as far as a handler of a stream has to do with them. */
interface LambdaValue {
  B?: string;
  BS?: string[];
  BOOL?: boolean;
  L?: LambdaValue[];
  M?: { [id: string]: LambdaValue };
  N?: string;
  NS?: string[];
  NULL?: boolean;
  S?: string;
  SS?: string[];
}
interface LambdaRecord {
  awsRegion?: string;
  dynamodb?: {
    ApproximateCreationDateTime?: number;
    Keys?: { [key: string]: LambdaValue };
    NewImage?: { [key: string]: LambdaValue };
    OldImage?: { [key: string]: LambdaValue };
    SequenceNumber?: string;
    SizeBytes?: number;
    StreamViewType?: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  };
  eventID?: string;
  eventName?: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventSourceARN?: string;
  userIdentity?: unknown;
}
interface LambdaResponse {
  batchItemFailures: { itemIdentifier: string }[];
}
type LambdaHandler = (
  event: { Records: LambdaRecord[] },
  context: object,
  callback: (error?: Error | string | null, result?: LambdaResponse | void) => void,
) => void | Promise<LambdaResponse | void>;

/** Only compiled: what a function for changes is given, and where its handler fits. */
export function handlers(mapper: Mapper, event: StreamEvent): void {
  const handler = changeHandler(mapper, async (change) => {
    if (isChangeOf(change, Session) && change.kind === 'modify') assertTypeOf<Session>()(change.before);
    // @ts-expect-error it isn't known whose change it is
    if (change.kind === 'insert') change.after.title satisfies string;
  });
  handler satisfies LambdaHandler;
  assertTypeOf<Promise<BatchResponse>>()(handler(event));

  changeHandler(mapper, (change) => assertTypeOf<Session | undefined>()(change.after), { entities: [Session] });
  changeHandler(mapper, (change) => assertTypeOf<Session | Message | undefined>()(change.after), {
    entities: [Session, Message],
  });
  changeHandler(mapper, () => {}, { onUnreadable: async (error, { dynamodb }) => [error.code, dynamodb?.Keys] });
  // @ts-expect-error no such policy
  changeHandler(mapper, () => {}, { onUnreadable: 'ignore' });
  // @ts-expect-error a number is needed
  changeHandler(mapper, () => {}, { concurrency: 'all' });
  // @ts-expect-error a mapper is needed
  changeHandler({}, () => {});
}

/** Only compiled: views of streams. */
export async function views(mapper: Mapper): Promise<void> {
  await mapper.createTables({ streams: 'KEYS_ONLY' });
  await mapper.verifyTables({ streams: 'NEW_AND_OLD_IMAGES' });
  // @ts-expect-error no such view
  await mapper.createTables({ streams: 'BOTH' });
}
