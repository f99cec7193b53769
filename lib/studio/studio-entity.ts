import { contextFor, type EntityContext, type RepositoryHost } from '../read/entity-context.js';
import type { Class } from '../model/class.js';
import { type KeyType, typeName } from '../model/attribute-type.js';
import type { AttributeModel } from '../model/attribute-model.js';

/** A class of the configuration, under the name by which the page asks for it. */
export interface StudioEntity {
  readonly id: string;
  readonly target: Class;
  /** Can only read. */
  readonly context: EntityContext<object>;
}

/** An attribute, for people. */
export interface AttributeInfo {
  /** The name of the property. */
  readonly property: string;
  /** The stored name. */
  readonly attribute: string;
  readonly type: string;
  readonly optional: boolean;
  readonly roles: readonly string[];
  readonly keyType: KeyType | undefined;
  readonly template: string | undefined;
  readonly deprecated: { readonly since: number; readonly reason?: string | undefined } | undefined;
}

/** An index, and the versions whose items it may miss. */
export interface IndexInfo {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly keys: readonly AttributeInfo[];
  /** The version since which items have its keys. */
  readonly since: number;
  /** Whether the class says that every older item was rewritten. */
  readonly complete: boolean;
}

/** What the page knows of a class. */
export interface EntityInfo {
  readonly id: string;
  readonly name: string;
  /** The name of the table, with its prefix. */
  readonly table: string;
  readonly discriminator: string | undefined;
  readonly versionAttribute: string;
  readonly version: number;
  readonly floor: number;
  /** The version that the configuration writes; absent if it can't be told. */
  readonly writeVersion: number | undefined;
  readonly keys: readonly AttributeInfo[];
  readonly attributes: readonly AttributeInfo[];
  readonly indexes: readonly IndexInfo[];
}

/** The classes of a configuration. Classes of one name are told apart by a number. */
export function studioEntities(host: RepositoryHost, classes: readonly Class[]): StudioEntity[] {
  const counts = new Map<string, number>();
  return classes.map((target) => {
    const context = host[contextFor](target);
    const { name } = context.model;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { id: count === 1 ? name : `${name}-${count}`, target, context };
  });
}

/** What the page knows of a class. */
export function entityInfo({ context, id }: StudioEntity): EntityInfo {
  const { model, table, writeVersion } = context;
  return {
    id,
    name: model.name,
    table: table.name,
    discriminator: model.discriminator && `${model.discriminator.attribute} = ${model.discriminator.value}`,
    versionAttribute: model.versionAttribute,
    version: model.version,
    floor: model.chain.floor,
    writeVersion: versionNow(writeVersion),
    keys: model.keys.map(attributeInfo),
    attributes: model.attributes.map(attributeInfo),
    indexes: model.indexes.map(({ complete, kind, name, partitionKey, since, sortKey }) => ({
      name,
      kind,
      keys: [partitionKey, ...(sortKey ? [sortKey] : [])].map(attributeInfo),
      since,
      complete,
    })),
  };
}

/** A function of the application can throw. */
function versionNow(writeVersion: () => number): number | undefined {
  try {
    return writeVersion();
  } catch {
    return undefined;
  }
}

function attributeInfo(attribute: AttributeModel): AttributeInfo {
  const { deprecated, keyType, optional, property, roles, template, type } = attribute;
  return {
    property,
    attribute: attribute.attribute,
    type: type === undefined ? 'any' : typeName(type),
    optional,
    roles: [...roles],
    keyType,
    template: template?.text,
    deprecated: deprecated && { since: deprecated.since, reason: deprecated.reason },
  };
}
