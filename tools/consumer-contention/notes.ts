import { readFileSync, writeSync } from 'node:fs';
import type { Delivery } from './account.js';

/** Notes that a change was handed out, before anything is done about it. */
export function noteDelivery(file: number, shard: string, change: string): void {
  writeSync(file, `got ${shard} ${change} ${process.hrtime.bigint()}\n`);
}

/** Notes that the next change is asked for. */
export function noteAcknowledgement(file: number): void {
  writeSync(file, `done ${process.hrtime.bigint()}\n`);
}

/** What a process was handed. */
export function deliveriesIn(file: string, process: string): Delivery[] {
  const deliveries: Delivery[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [what, shard = '', change = '', at = ''] = line.split(' ');
    const last = deliveries.at(-1);
    if (what === 'got') deliveries.push({ process, shard, change, at: BigInt(at), acknowledgedAt: undefined });
    else if (what === 'done' && last)
      deliveries.push({ ...(deliveries.pop() as Delivery), acknowledgedAt: BigInt(shard) });
  }
  return deliveries;
}
