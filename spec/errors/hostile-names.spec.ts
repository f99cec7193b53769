import { expect, test } from '@jest/globals';
import { Attribute, Entity, isMapperError, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { messageWithCause } from '../../lib/errors.js';

@Entity({ table: 'notes' })
@Versioned(1)
class Note {
  @PartitionKey() id!: string;
  @Attribute({ optional: true }) text?: string;
}

const notes = new Mapper({ client: { send: () => Promise.resolve({}) } as never, entities: [Note] }).repository(Note);
const hostile = [
  'a\nFAKE log line',
  'a\r\nb',
  '\u001b[31mred\u001b[0m',
  '\u0007',
  '\u2028',
  '\u202egnp.exe',
  '\u009b1m',
];
// oxlint-disable-next-line no-control-regex -- what must not be in a message
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isMapperError(error)) return messageWithCause(error);
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each(hostile.map((text) => [JSON.stringify(text), text]))('%s stands escaped in messages', (_shown, text) => {
  const ofKey = messageOf(() => notes.hydrate({ id: { S: text }, text: { N: '1' } }));
  const ofName = messageOf(() =>
    notes.hydrate({ id: { S: 'a' }, [text]: { M: { [text]: { N: 'x' } } }, schema_version: { S: text } }),
  );
  const ofProperty = messageOf(() => notes.create({ id: 'a', [text]: 1 }));
  for (const message of [ofKey, ofName, ofProperty]) expect(message).not.toMatch(controls);
  expect(ofKey).toContain('\\');
});

test('a long key is cut', () => {
  const message = messageOf(() => notes.hydrate({ id: { S: 'x'.repeat(2_000) }, text: { N: '1' } }));
  expect(message.length).toBeLessThan(600);
  expect(message).toContain('…');
});
