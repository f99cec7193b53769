import { contextFor } from '../../../lib/read/entity-context.js';
import { type Item, upgradeItem, type WireItem } from '../../../lib/index.js';
import { runChain } from '../../../lib/upgrade/run.js';
import { decodeItem } from '../../../lib/codec/decode.js';
import type { Case, Row } from '../case.js';
import { clientOf } from '../clients.js';
import { mapperOf } from '../contenders/dynamo-evolve.js';
import { conversation, documentCount, forEachDocument, sessionOfVersion1, wireItem } from '../documents.js';
import { Conversation, ConversationUpgrades, RenamedSession } from '../entities.js';
import { inMemory } from '../measure.js';

type Upgrade = (item: Item) => unknown;

/** A conversation as version 1 stored it, decoded. */
function conversationOfVersion1(at: number): Item {
  const { status, language, pinned, archived, token_count: _, blueprint: __, ...others } = conversation.values(at);
  const flags = `${pinned === true ? 'p' : ''}${archived === true ? 'a' : ''}-`;
  return decodeItem(wireItem({ ...others, state: String(status), lang: String(language), flags, schema_version: 1 }));
}

/** A row whose operations each get an item of their own: upgrades may change what they are handed. */
function row(name: string, begin: () => Upgrade): Row {
  return {
    name,
    begin: async () => {
      const upgrade = begin();
      let items: Item[] = [];
      const prepare = (count: number) => {
        items = Array.from({ length: count }, (_, at) => conversationOfVersion1(at));
      };
      return inMemory((at) => upgrade(items[at]!), { prepare });
    },
  };
}

/** As many write it: every step makes a new object. */
const copyingSteps: readonly Upgrade[] = [
  ({ state, ...others }: Item) => ({ ...others, status: state, blueprint: others.blueprint ?? 'devassist' }),
  ({ lang, ...others }: Item) => ({ ...others, language: lang ?? 'en' }),
  (item: Item) => ({ ...item, token_count: Number(item.message_count) * 37 }),
  ({ flags, ...others }: Item) => ({
    ...others,
    pinned: String(flags).includes('p'),
    archived: String(flags).includes('a'),
  }),
];

function copyingChain(stored: Item): Item {
  let item = stored;
  for (let version = Number(item.schema_version); version < 5; version++) {
    item = { ...(copyingSteps[version - 1]!(item) as Item), schema_version: version + 1 };
  }
  return item;
}

/** The very steps that dynamo-evolve runs, without anything that watches over them. */
function mutatingChain(item: Item): Item {
  const { status, language, tokens, flags } = ConversationUpgrades;
  const version = Number(item.schema_version);
  if (version < 2) status(item);
  if (version < 3) language(item);
  if (version < 4) tokens(item);
  if (version < 5) flags(item);
  item.schema_version = 5;
  return item;
}

export const upgrade: Case = {
  id: 'b',
  title: '(b) A decoded item of version 1 becomes one of version 5, in four steps',
  figures: { cpu: 'CPU, µs an item' },
  baseline: 'hand-written, changing the item',
  rounds: 7,
  rows: [
    row('hand-written, changing the item', () => mutatingChain),
    row('hand-written, copying', () => copyingChain),
    row('dynamo-evolve', () => {
      const { model } = mapperOf(clientOf('http://localhost'))[contextFor](Conversation);
      const identity = { entity: model.name, key: () => ({}) };
      return (item) => runChain(item, 1, model.chain, identity);
    }),
    row('dynamo-evolve, upgradeItem()', () => (item) => upgradeItem(Conversation, item)),
  ],
  goals: [
    { row: 'dynamo-evolve', figure: 'cpu', of: 'hand-written, copying', limit: 1 },
    { row: 'dynamo-evolve', figure: 'cpu', of: 'hand-written, changing the item', limit: 1.5 },
  ],
  remarks: ["`upgradeItem()` copies the item first, so that it never changes the application's item."],
};

/** A row whose operations decode an item of a session of version 1, and upgrade it. */
function wireRow(name: string, begin: () => (wire: WireItem) => unknown): Row {
  return {
    name,
    begin: async () => {
      const upgraded = begin();
      // from JSON, as they come from the engine
      const wires = JSON.parse(JSON.stringify(forEachDocument(sessionOfVersion1))) as WireItem[];
      return inMemory((at) => upgraded(wires[at % documentCount]!));
    },
  };
}

export const declaredUpgrade: Case = {
  id: 'b2',
  title: '(b) A wire item of version 1 becomes a plain one of version 2, by declared steps: a rename and a default',
  figures: { cpu: 'CPU, µs an item' },
  baseline: 'decoded, then changed by hand',
  rounds: 7,
  rows: [
    wireRow('decoded, then changed by hand', () => (wire) => {
      const item = decodeItem(wire);
      item.session_state = item.state;
      delete item.state;
      item.blueprint ??= 'devassist';
      item.schema_version = 2;
      return item;
    }),
    wireRow('decoded, then copied by hand', () => (wire) => {
      const { state, ...others } = decodeItem(wire);
      return { ...others, session_state: state, blueprint: others.blueprint ?? 'devassist', schema_version: 2 };
    }),
    wireRow('dynamo-evolve, declared steps', () => {
      const { reader } = mapperOf(clientOf('http://localhost'))[contextFor](RenamedSession);
      return (wire) => reader.examine(wire).upgraded;
    }),
  ],
  goals: [{ row: 'dynamo-evolve, declared steps', figure: 'cpu', of: 'decoded, then changed by hand', limit: 1 }],
  remarks: [
    "All three decode with dynamo-evolve's codec. dynamo-evolve also reads the version, and guards keys and versions.",
  ],
};
