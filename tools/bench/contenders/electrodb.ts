import { documentClientOf } from '../clients.js';
import { type Contender, load } from '../contender.js';
import {
  conversation,
  documentCount,
  forEachDocument,
  type Kind,
  session,
  type Shape,
  wireItem,
} from '../documents.js';

interface Request {
  go(): Promise<unknown>;
}

interface ElectroEntity {
  parse(answer: { Item: object }): unknown;
  readonly query: { primary(key: object): Request };
  get(key: object): Request;
  put(values: object): Request;
  patch(key: object): { set(values: object): Request };
}

interface ElectroModule {
  readonly Entity: new (schema: object, config: object) => ElectroEntity;
}

const table = 'electrodb';
const version = '1';

const types: Readonly<Record<Kind, object>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  strings: { type: 'list', items: { type: 'string' } },
};

async function modelOf(shape: Shape, endpoint: string): Promise<ElectroEntity> {
  const { Entity } = await load<ElectroModule>('electrodb');
  const attributes = Object.entries(shape.kinds).map(([name, kind]) => [name, types[kind]]);
  const primary = { pk: { field: 'pk', composite: [shape.key] }, sk: { field: 'sk', composite: [] } };
  return new Entity(
    {
      model: { service: 'bench', entity: shape.name, version },
      attributes: Object.fromEntries(attributes) as object,
      indexes: { primary },
    },
    { table, client: documentClientOf(endpoint) },
  );
}

function savedValues(shape: Shape, at: number) {
  const values = shape.values(at);
  const pk = `$bench#${shape.key}_${String(values[shape.key])}`;
  return { ...values, pk, sk: `$${shape.name}_${version}`, __edb_e__: shape.name, __edb_v__: version };
}

export const electrodb: Contender = {
  name: 'ElectroDB',
  packages: ['electrodb'],
  table,
  stored: (at) => wireItem(savedValues(session, at)),
  hydrate: async () => {
    const entity = await modelOf(conversation, 'http://localhost');
    const answers = forEachDocument((at) => ({ Item: savedValues(conversation, at) }));
    return (at) => entity.parse(answers[at % documentCount] as { Item: object });
  },
  query: async (endpoint) => {
    const entity = await modelOf(session, endpoint);
    return () => entity.query.primary({ session_id: 'session-0' }).go();
  },
  get: async (endpoint) => {
    const entity = await modelOf(session, endpoint);
    return (at) => entity.get({ session_id: `session-${at}` }).go();
  },
  put: async (endpoint) => {
    const entity = await modelOf(session, endpoint);
    return (at) => entity.put(session.values(at)).go();
  },
  save: async (endpoint) => {
    const entity = await modelOf(session, endpoint);
    return (at) =>
      entity
        .patch({ session_id: 'session-0' })
        .set({ title: `Title ${at}` })
        .go();
  },
};
