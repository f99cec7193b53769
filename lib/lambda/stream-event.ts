import type { ChangeRecord } from '../changes/change-record.js';

/** What an event source mapping of DynamoDB hands to a function: `DynamoDBStreamEvent` of `@types/aws-lambda`. */
export interface StreamEvent {
  readonly Records: readonly ChangeRecord[];
}

/** What a function answers: `DynamoDBBatchResponse` of `@types/aws-lambda`. */
export interface BatchResponse {
  /** The first record that wasn't handled, if there is one; the mapping sends it and all after it again. */
  batchItemFailures: { itemIdentifier: string }[];
}
