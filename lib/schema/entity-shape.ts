import { typeDecorator } from '../hydration/storage-decorators.js';
import { hasTransforms } from '../hydration/storage-transforms.js';
import type { AttributeModel, Template } from '../model/attribute-model.js';
import type { EntityModel } from '../model/entity-model.js';
import type { IndexModel } from '../model/index-model.js';
import type { DeprecatedOptions } from '../model/registry.js';
import { shapeOf as shapeOfValues, someShape } from '../model/shape.js';

/** How an attribute is stored. The names of the class and of its property don't count. */
export interface AttributeShape {
  readonly type: string;
  /** Set if every stored text of a date is what `toISOString` writes. */
  readonly notation?: 'canonical';
  readonly optional?: true;
  readonly nullable?: true;
  readonly default?: true;
  /**
   * What converts the stored value into that of the property: a class named by `@Type` or the members of a map in a
   * schema, a storage `@Transform` or the transformer of a schema.
   */
  readonly converter?: 'class' | 'transform' | 'class, transform';
  /** The template that computes the value from other attributes, with stored names: `SESSION#{session_id}`. */
  readonly template?: string;
  /** The roles of the attribute, such as a key, a time or the revision. */
  readonly role?: string;
  /** Set if the attribute is marked `@Deprecated`. */
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

/** What stays the same in all versions of an entity: no upgrade can change it. */
export interface EntityIdentity {
  readonly table: string;
  readonly discriminator?: { readonly attribute: string; readonly value: string; readonly default?: true };
  readonly keys: readonly KeyShape[];
  readonly versionAttribute: string;
  readonly initialVersion: number;
}

/** What the items of a version look like. */
export interface VersionShape {
  readonly attributes: Readonly<Record<string, AttributeShape>>;
  readonly indexes: Readonly<Record<string, IndexShape>>;
}

/** The name of an entity in the lock: its table, and its discriminator if classes share the table. */
export function entityName({ discriminator, table }: Pick<EntityModel, 'table' | 'discriminator'>): string {
  return discriminator ? `${table}, ${discriminator.attribute} ${discriminator.value}` : table;
}

/** What stays the same in all versions of a class. */
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

/** What the items of a class's newest version look like. */
export function shapeOf(model: EntityModel): VersionShape {
  const attributes = model.attributes.map((attribute) => [attribute.attribute, attributeShape(model, attribute)]);
  const indexes = model.indexes.map((index) => [index.name, indexShape(index)]);
  return {
    attributes: Object.fromEntries(attributes) as VersionShape['attributes'],
    indexes: Object.fromEntries(indexes) as VersionShape['indexes'],
  };
}

function attributeShape(model: EntityModel, attribute: AttributeModel): AttributeShape {
  const { default: value, deprecated, notation, nullable, optional, roles, template, type } = attribute;
  const converter = converterOf(model, attribute);
  return {
    type: typeof type === 'string' ? type : 'object',
    ...(notation && { notation }),
    ...(optional && { optional }),
    ...(nullable && { nullable }),
    ...(value !== undefined && { default: true }),
    ...(converter && { converter }),
    ...(template && { template: storedTemplate(template) }),
    ...(roles.size > 0 && { role: [...roles].toSorted().join(', ') }),
    ...(deprecated && { deprecated: deprecation(deprecated) }),
  };
}

function deprecation({ reason, since }: DeprecatedOptions): NonNullable<AttributeShape['deprecated']> {
  return { since, ...(reason !== undefined && { reason }) };
}

function converterOf({ class: target }: EntityModel, { property, type }: AttributeModel): AttributeShape['converter'] {
  const isNamed = typeof type !== 'string' || typeDecorator(target, property) !== undefined;
  const shape = isNamed ? undefined : shapeOfValues(target, property);
  const isClass = isNamed || (shape && someShape(shape, ({ kind }) => kind === 'map'));
  const isTransformed =
    hasTransforms(target, property) ||
    (shape && someShape(shape, (part) => part.kind === 'leaf' && part.transform !== undefined));
  if (isTransformed) return isClass ? 'class, transform' : 'transform';
  return isClass ? 'class' : undefined;
}

function indexShape({ kind, partitionKey, sortKey }: IndexModel): IndexShape {
  return { kind, keys: [partitionKey, ...(sortKey ? [sortKey] : [])].map(keyShape) };
}

function keyShape({ attribute, keyType, template }: AttributeModel): KeyShape {
  return { attribute, type: keyType ?? 'unknown', ...(template && { template: storedTemplate(template) }) };
}

/** A template with the stored names of its parts. */
function storedTemplate({ literals, parts }: Template): string {
  return literals.map((literal, at) => (parts[at] ? `${literal}{${parts[at].attribute}}` : literal)).join('');
}
