import 'reflect-metadata';
import { createRequire } from 'node:module';
import { clientOf } from '../clients.js';
import type { Contender } from '../contender.js';
import {
  conversation,
  documentCount,
  forEachDocument,
  type Kind,
  session,
  type Shape,
  wireItem,
} from '../documents.js';

interface EntityManager {
  create(entity: object, options: object): Promise<unknown>;
  find(target: Class, key: object): Promise<unknown>;
  findOne(target: Class, key: object): Promise<unknown>;
  update(target: Class, key: object, changes: object): Promise<unknown>;
  readonly _entityTransformer: { fromDynamoEntity(target: Class, values: object): unknown };
}

interface CommonModule {
  readonly Attribute: () => PropertyDecorator;
  readonly Entity: (options: object) => ClassDecorator;
  readonly Table: new (options: object) => object;
}

interface CoreModule {
  createConnection(options: object): { readonly entityManager: EntityManager };
}

interface DocumentClientModule {
  readonly DocumentClientV3: new (client: object) => object;
}

type Class = new () => object;

const table = 'typedorm';
const types: Readonly<Record<Kind, unknown>> = { string: String, number: Number, boolean: Boolean, strings: Array };
// its ES modules don't load in Node: they import files without their extension
const require = createRequire(import.meta.url);

function modelOf(shape: Shape, endpoint: string) {
  const common = require('@typedorm/common') as CommonModule;
  const core = require('@typedorm/core') as CoreModule;
  const { DocumentClientV3 } = require('@typedorm/document-client') as DocumentClientModule;
  const target = class Document {} as Class;
  for (const [name, kind] of Object.entries(shape.kinds)) {
    Reflect.defineMetadata('design:type', types[kind], target.prototype as object, name);
    common.Attribute()(target.prototype as object, name);
  }
  const key = `KEY#{{${shape.key}}}`;
  common.Entity({ name: shape.name, primaryKey: { partitionKey: key, sortKey: key } })(target);
  const { entityManager } = core.createConnection({
    table: new common.Table({ name: table, partitionKey: 'PK', sortKey: 'SK' }),
    entities: [target],
    documentClient: new DocumentClientV3(clientOf(endpoint)),
  });
  return { target, entityManager };
}

function savedValues(shape: Shape, at: number) {
  const values = shape.values(at);
  const key = `KEY#${String(values[shape.key])}`;
  return { ...values, PK: key, SK: key, __en: shape.name };
}

export const typedorm: Contender = {
  name: 'TypeDORM',
  packages: ['@typedorm/core'],
  table,
  stored: (at) => wireItem(savedValues(session, at)),
  hydrate: async () => {
    const { target, entityManager } = modelOf(conversation, 'http://localhost');
    const saved = forEachDocument((at) => savedValues(conversation, at));
    const { _entityTransformer: transformer } = entityManager;
    return (at) => transformer.fromDynamoEntity(target, saved[at % documentCount] as object);
  },
  query: async (endpoint) => {
    const { target, entityManager } = modelOf(session, endpoint);
    return () => entityManager.find(target, { session_id: 'session-0' });
  },
  get: async (endpoint) => {
    const { target, entityManager } = modelOf(session, endpoint);
    return (at) => entityManager.findOne(target, { session_id: `session-${at}` });
  },
  put: async (endpoint) => {
    const { target: Target, entityManager } = modelOf(session, endpoint);
    return (at) => entityManager.create(Object.assign(new Target(), session.values(at)), { overwriteIfExists: true });
  },
  save: async (endpoint) => {
    const { target, entityManager } = modelOf(session, endpoint);
    return (at) => entityManager.update(target, { session_id: 'session-0' }, { title: `Title ${at}` });
  },
};
