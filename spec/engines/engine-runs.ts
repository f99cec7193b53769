import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** An engine that specs can talk to. */
export interface RunningEngine {
  /** Its address, such as `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  /** A client that talks to it. */
  readonly client: DynamoDBClient;
  /** Ends it, and destroys the client. */
  close(): Promise<void>;
}
