// Two processes of a consumer follow the streams of DynamoDB Local, and one of them is killed about every second.
// Afterwards every change must have been handed out at least once, in order, and none again but what its process hadn't
// acknowledged, or hadn't stored within the checkpoint interval. Run it with `npm run proof:changes`.
import { parseArgs } from 'node:util';
import { startDynamoDBLocal } from '../engines/dynamodb-local.js';
import { runConsumers } from './run.js';

// the SDK's advice to use a newer Node, which every process would print
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { values } = parseArgs({
  options: {
    duration: { type: 'string', default: '60000' },
    'kill-every': { type: 'string', default: '1000' },
    'checkpoint-interval': { type: 'string', default: '0' },
  },
});
const wanted = {
  duration: Number(values.duration),
  killEvery: Number(values['kill-every']),
  checkpointInterval: Number(values['checkpoint-interval']),
};
if (!Object.values(wanted).every((number) => number >= 0)) throw new Error('every option takes milliseconds');

const engine = await startDynamoDBLocal();
try {
  const outcome = await runConsumers(engine.endpoint, wanted);
  console.log(JSON.stringify(outcome));
  const { disordered, invented, missed, wentBack, widestRepeat } = outcome;
  const isStrict = wanted.checkpointInterval === 0;
  const isRepeatedTooMuch = widestRepeat > wanted.checkpointInterval || (isStrict && wentBack > 0);
  if (missed.length + invented.length + disordered.length > 0 || isRepeatedTooMuch) process.exitCode = 1;
} finally {
  await engine.close();
}
