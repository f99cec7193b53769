// Three processes share a sweep and are killed again and again while others write and delete. Afterwards nothing old may be
// left, nothing that was acknowledged lost, and nothing that was deleted there. Run it with `npm run proof:sweep`.
import { parseArgs } from 'node:util';
import { startEmbeddedEngine } from '../../lib/testing/index.js';
import { startDynamoDBLocal } from '../engines/dynamodb-local.js';
import { runSweeps } from './run.js';

// the SDK's advice to use a newer Node, which every process would print
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '200000' },
    rate: { type: 'string', default: '2000' },
    'kill-every': { type: 'string', default: '3000' },
    'most-kills': { type: 'string', default: 'Infinity' },
    engine: { type: 'string', default: 'embedded' },
  },
});
const wanted = {
  items: Number(values.items),
  rate: Number(values.rate),
  killEvery: Number(values['kill-every']),
  mostKills: Number(values['most-kills']),
};
if (!Object.values(wanted).every((number) => number > 0)) throw new Error('every option but --engine takes a number');
const isKnown = ['embedded', 'dynamodb-local'].includes(values.engine);
if (!isKnown) throw new Error('--engine is embedded or dynamodb-local');

const engine = await (values.engine === 'embedded' ? startEmbeddedEngine() : startDynamoDBLocal());
try {
  const outcome = await runSweeps(engine.endpoint, wanted);
  console.log(JSON.stringify(outcome));
  const { different, left, missing, revived } = outcome;
  if (left + missing + revived + different.length > 0) process.exitCode = 1;
} finally {
  await engine.close();
}
