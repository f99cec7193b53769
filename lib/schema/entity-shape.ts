import { typeDecorator } from '../hydration/storage-decorators.js';
import { hasTransforms } from '../hydration/storage-transforms.js';
import type { AttributeModel, Template } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import type { IndexModel } from '../model/index-model.js';

/** An attribute as it is stored, whatever the class and its property are called. */
export interface AttributeShape {
  readonly type: string;
  readonly optional?: true;
  readonly default?: true;
  /** What makes the property's value of the stored one: the class that `@Type` names, a storage `@Transform`. */
  readonly converter?: 'class' | 'transform' | 'class, transform';
  /** How the value is computed from other attributes, by their stored names: `SESSION#{session_id}`. */
  readonly template?: string;
  /** What the attribute is beside that: a key, a time, the revision. */
  readonly role?: string;
  /** Set where `@Deprecated` marks it. */
  readonly deprecated?: { readonly since: number; readonly reason?: string };
}

/** A key of a table or index. */
export interface KeyShape {
  readonly attribute: string;
  readonly type: string;
  readonly template?: string;
}

export interface IndexShape {
  readonly kind: 'global' | 'local';
  readonly keys: readonly KeyShape[];
}

/** What stays as it is through all versions: no upgrade can change it. */
export interface EntityIdentity {
  readonly table: string;
  readonly discriminator?: { readonly attribute: string; readonly value: string; readonly default?: true };
  readonly keys: readonly KeyShape[];
  readonly versionAttribute: string;
  readonly initialVersion: number;
}

/** What items of one version look like. */
export interface VersionShape {
  readonly attributes: Readonly<Record<string, AttributeShape>>;
  readonly indexes: Readonly<Record<string, IndexShape>>;
}

/** How the lock names an entity: by its table, and by its discriminator where it shares one. */
export function entityName({ discriminator, table }: Pick<EntityModel, 'table' | 'discriminator'>): string {
  return discriminator ? `${table}, ${discriminator.attribute} ${discriminator.value}` : table;
}

/** What an entity is through all its versions. */
export function identityOf(model: EntityModel): EntityIdentity {
  const { chain, discriminator, keys, table, versionAttribute } = model;
  return {
    table,
    ...(discriminator && {
      discriminator: {
        attribute: discriminator.attribute,
        value: discriminator.value,
        ...(discriminator.default === true && { default: true }),
      },
    }),
    keys: keys.map(keyShape),
    versionAttribute,
    initialVersion: chain.initial,
  };
}

/** What items of the class's version look like. */
export function shapeOf(model: EntityModel): VersionShape {
  const attributes = model.attributes.map((one) => [one.attribute, attributeShape(model, one)] as const);
  const indexes = model.indexes.map((one) => [one.name, indexShape(one)] as const);
  return { attributes: Object.fromEntries(attributes), indexes: Object.fromEntries(indexes) };
}

function attributeShape(model: EntityModel, attribute: AttributeModel): AttributeShape {
  const { default: value, deprecated, optional, roles, template, type } = attribute;
  const converter = converterOf(model, attribute);
  return {
    type: typeof type === 'string' ? type : 'object',
    ...(optional && { optional }),
    ...(value !== undefined && { default: true }),
    ...(converter && { converter }),
    ...(template && { template: storedTemplate(template) }),
    ...(roles.size > 0 && { role: [...roles].toSorted().join(', ') }),
    ...(deprecated && { deprecated }),
  };
}

function converterOf({ class: target }: EntityModel, { property, type }: AttributeModel): AttributeShape['converter'] {
  const isClass = typeof type !== 'string' || typeDecorator(target, property) !== undefined;
  if (hasTransforms(target, property)) return isClass ? 'class, transform' : 'transform';
  return isClass ? 'class' : undefined;
}

function indexShape({ kind, partitionKey, sortKey }: IndexModel): IndexShape {
  return { kind, keys: [partitionKey, ...(sortKey ? [sortKey] : [])].map(keyShape) };
}

function keyShape({ attribute, keyType, template }: AttributeModel): KeyShape {
  return { attribute, type: keyType ?? 'unknown', ...(template && { template: storedTemplate(template) }) };
}

/** A template that names its parts as they are stored. */
function storedTemplate({ literals, parts }: Template): string {
  return literals.map((literal, at) => (parts[at] ? `${literal}{${parts[at].attribute}}` : literal)).join('');
}
