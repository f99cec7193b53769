import { configOf } from '../clients.js';
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

interface Document {
  conformToSchema(settings: object): Promise<unknown>;
  save(): Promise<unknown>;
}

interface Model {
  new (values: object, settings?: object): Document;
  get(key: string): Promise<unknown>;
  query(key: string): { eq(value: string): { exec(): Promise<unknown> } };
  update(key: object, changes: object): Promise<unknown>;
}

interface Dynamoose {
  readonly aws: { readonly ddb: { set(client: object): void; readonly DynamoDB: new (config: object) => object } };
  readonly Schema: new (definition: object) => object;
  readonly Table: new (name: string, models: readonly Model[], options: object) => object;
  model(name: string, schema: object, options: object): Model;
}

const table = 'dynamoose';

const types: Readonly<Record<Kind, unknown>> = {
  string: String,
  number: Number,
  boolean: Boolean,
  strings: { type: Array, schema: [String] },
};

/** What it reads items with. */
const reading = {
  type: 'fromDynamo',
  customTypesDynamo: true,
  checkExpiredItem: true,
  saveUnknown: true,
  modifiers: ['get'],
};

async function modelOf(shape: Shape, endpoint: string) {
  const { default: dynamoose } = await load<{ default: Dynamoose }>('dynamoose');
  dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB(configOf(endpoint)));
  const definition = Object.entries(shape.kinds).map(([name, kind]) => {
    return [name, name === shape.key ? { type: String, hashKey: true } : types[kind]];
  });
  const schema = new dynamoose.Schema(Object.fromEntries(definition) as object);
  const options = { create: false, waitForActive: false };
  const model = dynamoose.model(table, schema, options);
  // it reads and writes nothing before it has a table
  return { model, table: new dynamoose.Table(table, [model], options) };
}

export const dynamoose: Contender = {
  name: 'Dynamoose',
  packages: ['dynamoose'],
  table,
  stored: (at) => wireItem(session.values(at)),
  // it takes items as the engine sends them, so that its figure has the decoding in it
  hydrate: async () => {
    const { model: Model } = await modelOf(conversation, 'http://localhost');
    const saved = forEachDocument((at) => wireItem(conversation.values(at)));
    return (at) => new Model(saved[at % documentCount] as object, { type: 'fromDynamo' }).conformToSchema(reading);
  },
  query: async (endpoint) => {
    const { model } = await modelOf(session, endpoint);
    return () => model.query('session_id').eq('session-0').exec();
  },
  get: async (endpoint) => {
    const { model } = await modelOf(session, endpoint);
    return (at) => model.get(`session-${at}`);
  },
  put: async (endpoint) => {
    const { model: Model } = await modelOf(session, endpoint);
    return (at) => new Model(session.values(at)).save();
  },
  save: async (endpoint) => {
    const { model } = await modelOf(session, endpoint);
    return (at) => model.update({ session_id: 'session-0' }, { title: `Title ${at}` });
  },
};
