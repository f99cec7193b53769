import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { MapperOptions } from '../../../lib/index.js';
import { decodeItem } from '../../../lib/codec/decode.js';
import { contextFor } from '../../../lib/read/entity-context.js';
import { track } from '../../../lib/read/tracked-item.js';
import type { Case, Row } from '../case.js';
import { clientOf } from '../clients.js';
import type { Operation } from '../contender.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { conversation, documentCount, forEachDocument, wireItem } from '../documents.js';
import { Conversation } from '../entities.js';
import { inMemory } from '../measure.js';
import { rowsOf } from './contended.js';

const wires = forEachDocument((at) => wireItem({ ...conversation.values(at), schema_version: 5 }));
// from JSON, as they come from the engine
const received = JSON.parse(JSON.stringify(wires)) as typeof wires;
const wireAt = (at: number) => received[at % documentCount]!;

function row(name: string, begin: () => Operation): Row {
  return { name, begin: async () => inMemory(begin()) };
}

function contextOfConversation(options: Partial<MapperOptions> = {}) {
  return mapperOf(clientOf('http://localhost'), options)[contextFor](Conversation);
}

const ours: readonly Row[] = [
  row('dynamo-evolve, of decoded values, track: false', () => {
    const { hydrator } = contextOfConversation();
    const items = received.map((item) => decodeItem(item));
    const named = { key: () => ({}) };
    return (at) => hydrator.fromItem(items[at % documentCount]!, named);
  }),
  row('dynamo-evolve, of decoded values', () => {
    const { hydrator, table } = contextOfConversation();
    const items = received.map((item) => decodeItem(item));
    const named = { key: () => ({}) };
    return (at) => {
      const entity = hydrator.fromItem(items[at % documentCount]!, named);
      track(entity, table.name, { wire: wireAt(at), version: 5 });
      return entity;
    };
  }),
  row('dynamo-evolve, of decoded values, without generated code', () => {
    const { hydrator } = contextOfConversation({ generatedCode: false });
    const items = received.map((item) => decodeItem(item));
    const named = { key: () => ({}) };
    return (at) => hydrator.fromItem(items[at % documentCount]!, named);
  }),
  row('dynamo-evolve, of wire items, track: false', () => {
    const { reader } = contextOfConversation();
    return (at) => reader.hydrate(reader.examine(wireAt(at)), false);
  }),
  row('dynamo-evolve, of wire items', () => {
    const { reader } = contextOfConversation();
    return (at) => reader.read(wireAt(at));
  }),
  row('decoding wire items alone', () => (at) => decodeItem(wireAt(at))),
  row("decoding with the SDK's unmarshall alone", () => (at) => unmarshall(wireAt(at) as never)),
];

const [handWritten, ...others] = rowsOf('hydrate', [
  'hand-written',
  'AWS DynamoDBClient',
  'AWS DocumentClient',
  'plainToInstance',
  'dynamodb-toolbox',
  'ElectroDB',
  'TypeDORM',
  'Dynamoose',
]) as [Row, ...Row[]];

const limits = (figure: string, untracked: string, tracked: string) => [
  { row: untracked, figure, of: 'hand-written', limit: 0.5 },
  { row: tracked, figure, of: 'hand-written', limit: 1 },
  { row: tracked, figure, of: 'plainToInstance', limit: 1 / 15 },
  { row: tracked, figure, of: 'dynamodb-toolbox', limit: 1 / 30 },
  { row: tracked, figure, of: 'ElectroDB', limit: 1 / 10 },
];

export const hydrate: Case = {
  id: 'a',
  title: '(a) A current item without dates becomes an entity',
  figures: { cpu: 'CPU, µs an item' },
  baseline: 'hand-written',
  rounds: 7,
  rows: [handWritten, ...ours, ...others],
  goals: [
    ...limits('cpu', 'dynamo-evolve, of decoded values, track: false', 'dynamo-evolve, of decoded values'),
    { row: 'dynamo-evolve, of wire items', figure: 'cpu', of: 'decoding wire items alone', limit: 1 },
  ],
  remarks: [
    'hand-written is `Object.assign(new C(), item)`. Except for Dynamoose and the rows of wire items, all start from decoded values.',
  ],
};
