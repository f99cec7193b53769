// A process that sweeps again and again, at the rate that it finds.
import { clientOf } from './clients.js';
import { mapperOf } from './contenders/dynamo-evolve.js';
import { Session } from './entities.js';

const sessions = mapperOf(clientOf(process.argv[2] ?? '')).repository(Session);
process.on('disconnect', () => process.exit());
for (let isFirst = true; ; isFirst = false) {
  const { result } = sessions.sweep();
  if (isFirst) process.send?.('started');
  await result;
}
