import { Entity } from 'dynamodb-toolbox/entity';
import { EntityFormatter } from 'dynamodb-toolbox/entity/actions/format';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { boolean, item, list, number, string } from 'dynamodb-toolbox/schema';
import { Table } from 'dynamodb-toolbox/table';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { documentClientOf } from '../clients.js';
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

const table = 'toolbox';

const types = {
  string: () => string(),
  number: () => number(),
  boolean: () => boolean(),
  strings: () => list(string()),
};

function attribute(kind: Kind, isKey: boolean) {
  const type = types[kind]();
  return isKey ? type.key() : type;
}

function modelOf(shape: Shape, endpoint: string) {
  const attributes = Object.entries(shape.kinds).map(([name, kind]) => [name, attribute(kind, name === shape.key)]);
  const inTable = new Table({
    name: table,
    partitionKey: { name: shape.key, type: 'string' },
    documentClient: documentClientOf(endpoint),
  });
  const schema = item(Object.fromEntries(attributes) as Record<string, ReturnType<typeof attribute>>);
  // its types can't see the key in a schema that is made of a list
  const options = { name: shape.name, table: inTable, timestamps: false, schema } as never;
  return { table: inTable, entity: new Entity(options) };
}

const savedValues = (shape: Shape, at: number) => ({ ...shape.values(at), _et: shape.name });

/** dynamodb-toolbox with its entities: what it reads is formatted by the schema. */
export const dynamodbToolbox: Contender = {
  name: 'dynamodb-toolbox',
  packages: ['dynamodb-toolbox'],
  table,
  stored: (at) => wireItem(savedValues(session, at)),
  hydrate: async () => {
    const { entity } = modelOf(conversation, 'http://localhost');
    const formatter = entity.build(EntityFormatter);
    const saved = forEachDocument((at) => savedValues(conversation, at));
    return (at) => formatter.format(saved[at % documentCount] as never);
  },
  query: async (endpoint) => {
    const model = modelOf(session, endpoint);
    return () => model.table.build(QueryCommand).entities(model.entity).query({ partition: 'session-0' }).send();
  },
  get: async (endpoint) => {
    const { entity } = modelOf(session, endpoint);
    return (at) =>
      entity
        .build(GetItemCommand)
        .key({ session_id: `session-${at}` })
        .send();
  },
  put: async (endpoint) => {
    const { entity } = modelOf(session, endpoint);
    return (at) => entity.build(PutItemCommand).item(session.values(at)).send();
  },
  save: async (endpoint) => {
    const { entity } = modelOf(session, endpoint);
    const changed = (at: number) => ({ session_id: 'session-0', title: `Title ${at}` });
    return (at) => entity.build(UpdateItemCommand).item(changed(at)).send();
  },
};
