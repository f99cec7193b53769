import { expect, jest } from '@jest/globals';
import { startDynamoDBLocal } from '../../tools/engines/dynamodb-local.js';
import { whyNoDynamoDBLocal } from '../../tools/engines/dynamodb-local-package.js';
import { testUnless } from '../support/test-unless.js';

jest.setTimeout(120_000);

const example = 'a consumer of a stream keeps the counters of unread messages';
testUnless(await whyNoDynamoDBLocal(), example, () => expectPrinted(['2 unread', '1 unread']));

async function expectPrinted(expected: readonly string[]): Promise<void> {
  const engine = await startDynamoDBLocal();
  const lines: unknown[] = [];
  jest.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  process.env.ALTERNATOR_ENDPOINT = engine.endpoint;
  try {
    await import('../../docs/examples/unread.js');
    expect(lines).toEqual(expected);
  } finally {
    delete process.env.ALTERNATOR_ENDPOINT;
    jest.restoreAllMocks();
    await engine.close();
  }
}
