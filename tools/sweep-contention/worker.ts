// A process of a contended sweep: it sweeps, or it writes or deletes until it is told to stop.
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { isMapperError, Mapper } from '../../lib/index.js';
import { localClient } from '../../lib/store/client.js';
import { Tally as OldTally } from '../contention/tally-v2.js';
import { Tally } from '../contention/tally-v3.js';
import { noteIn } from './acknowledged.js';
import { table } from './items.js';
import type { Task } from './run.js';

const task = JSON.parse(process.argv[2] as string) as Task;
const { endpoint, items, log, role, tablePrefix } = task;
const client = localClient(endpoint);
const mapper = new Mapper({ client, entities: [Tally], tablePrefix });
const tallies = mapper.repository(Tally);
const oldTallies = new Mapper({ client, entities: [OldTally], tablePrefix }).repository(OldTally);
const stopping = new AbortController();

// whatever ends the process that started us ends this one, too
process.on('disconnect', () => process.exit());
process.on('message', () => {
  stopping.abort();
});

if (role === 'sweeper') await sweep();
else await write();
process.disconnect();

async function sweep(): Promise<void> {
  let isToldOf = false;
  for await (const { requests } of tallies.sweep(task.sweep)) {
    // a process that has done nothing yet would be killed for nothing
    if (requests > 0 && !isToldOf) process.send?.('sweeps');
    isToldOf ||= requests > 0;
  }
}

async function write(): Promise<void> {
  const notes = openSync(log, 'a');
  const lanes = [0, 1].map(async (lane) => {
    for (let nth = 0; !stopping.signal.aborted; nth++) {
      const at = Math.floor(Math.random() * items);
      await change(notes, `tally-${at}`, nth + lane);
      // the sweep is to have most of the machine
      await sleep(task.pause);
    }
  });
  await Promise.all(lanes);
}

/** Changes an item, and notes that as soon as it is acknowledged. A refusal is an answer, too. */
async function change(notes: number, id: string, nth: number): Promise<void> {
  try {
    if (role === 'deleter') {
      if (await tallies.delete({ id })) noteIn(notes, id, 'deleted');
    } else if (role === 'raw') {
      await rawChange(id);
      noteIn(notes, id, 'raw');
    } else if (role === 'new') {
      await newChange(id, nth);
      noteIn(notes, id, nth % 2 === 0 ? 'visits' : 'by_new');
    } else {
      await oldChange(id, nth);
      noteIn(notes, id, nth % 2 === 0 ? 'visits' : 'by_old');
    }
  } catch (error) {
    const isRefusal = ['NEWER_VERSION', 'NOT_FOUND', 'CONFLICT'].some((code) => isMapperError(error, code as never));
    if (!isRefusal && !(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function newChange(id: string, nth: number): Promise<void> {
  if (nth % 2 === 0) {
    const tally = await tallies.getOrFail({ id }, { consistent: true });
    tally.visits++;
    await tallies.save(tally);
  } else {
    await tallies.update({ id }, { add: { by_new: 1 } });
  }
}

async function oldChange(id: string, nth: number): Promise<void> {
  if (nth % 2 === 0) {
    const tally = await oldTallies.getOrFail({ id }, { consistent: true });
    tally.hits++;
    await oldTallies.save(tally);
  } else {
    await oldTallies.update({ id }, { add: { by_old: 1 } });
  }
}

/** What a client does that knows nothing of versions. */
async function rawChange(id: string): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: tablePrefix + table,
    Key: { id: { S: id } },
    UpdateExpression: 'ADD #raw :one',
    ConditionExpression: 'attribute_exists(id)',
    ExpressionAttributeNames: { '#raw': 'raw' },
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  await client.send(command);
}
