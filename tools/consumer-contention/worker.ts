// A process of a consumer: it notes every change that it is handed, until it is told to stop or killed.
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import { Mapper } from '../../lib/index.js';
import { localClient } from '../../lib/store/client.js';
import { tables } from './counters.js';
import { noteAcknowledgement, noteDelivery } from './notes.js';
import type { Task } from './run.js';

const { checkpointInterval, endpoint, lease, log, pause, tablePrefix } = JSON.parse(process.argv[2] as string) as Task;
const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
const streams = new DynamoDBStreams({ endpoint, region: 'local', credentials });
const mapper = new Mapper({
  client: localClient(endpoint),
  entities: tables.map(({ Counter }) => Counter),
  tablePrefix,
});
const stopping = new AbortController();
const notes = openSync(log, 'a');

// whatever ends the process that started us ends this one, too
process.on('disconnect', () => process.exit());
process.on('message', () => {
  stopping.abort();
});

const { signal } = stopping;
let isToldOf = false;
try {
  const options = { streams, consumer: 'proof', from: 'oldest', lease, checkpointInterval, signal } as const;
  for await (const change of mapper.changes(options)) {
    const table = tables.find(({ Counter }) => Counter === change.entity)?.table as string;
    const { id, value } = (change.after ?? change.before) as { id: string; value: number };
    noteDelivery(notes, table, `${id}:${change.kind}:${value}`);
    // a process that was handed nothing yet would be killed for nothing
    if (!isToldOf) process.send?.('busy');
    isToldOf = true;
    await sleep(pause);
    noteAcknowledgement(notes);
  }
} catch (error) {
  if (!signal.aborted) throw error;
}
process.disconnect();
