import { inspect } from 'node:util';
import { MapperError } from '../errors.js';
import { compileChain, type UpgradeChain } from '../upgrade/chain.js';
import { compileDowngradeChain, type DowngradeChain } from '../upgrade/downgrade.js';
import { isVersion } from '../upgrade/version.js';
import { type AttributeModel, compileAttribute, decoratorOf, type OtherDecorators } from './attribute-model.js';
import { checkDecoratorOptions } from './decorator-options.js';
import { compileDeprecations } from './deprecation.js';
import { warnOfMissingTypes } from './missing-types.js';
import { compileIndexes, type IndexModel } from './index-model.js';
import type { Class } from './class.js';
import { entityNameOf } from './entity-name.js';
import {
  type ClassRecord,
  type EntityOptions,
  inheritedRecords,
  type MemberRole,
  type VersionedOptions,
} from './registry.js';
import { compileDowngrades, compileUpgrades } from './step-model.js';
import { isTemplated, keyParts, type TemplatedAttribute, withTemplates } from './template.js';

/** Everything that decorators say about an entity class, checked and frozen. */
export interface EntityModel<T extends object = object> {
  readonly class: Class<T>;
  /** The name that `@Entity` gives, or the class's, for messages. Classes are compared by identity. */
  readonly name: string;
  /** The table's name, without the prefix. */
  readonly table: string;
  readonly discriminator: EntityOptions['discriminator'];
  /** What judges entities of the newest version. */
  readonly schema: EntityOptions['schema'];
  readonly version: number;
  readonly versionAttribute: string;
  readonly chain: UpgradeChain;
  /** The steps back to older versions, and how far they lead. */
  readonly downgrades: DowngradeChain;
  readonly attributes: readonly AttributeModel[];
  readonly byProperty: ReadonlyMap<string, AttributeModel>;
  readonly byAttribute: ReadonlyMap<string, AttributeModel>;
  /** The stored names of all declared attributes. */
  readonly attributeNames: readonly string[];
  /** The stored names of the keys. */
  readonly keyNames: readonly string[];
  /**
   * The stored names of the keys and the version. A request that names an item's key and version needn't compare them.
   */
  readonly fixedNames: ReadonlySet<string>;
  /** The attributes other than keys that are computed by templates. */
  readonly computed: readonly TemplatedAttribute[];
  readonly partitionKey: AttributeModel;
  readonly sortKey: AttributeModel | undefined;
  /** The partition key, and the sort key if there is one. */
  readonly keys: readonly AttributeModel[];
  readonly indexes: readonly IndexModel[];
  readonly createdAt: AttributeModel | undefined;
  readonly updatedAt: AttributeModel | undefined;
  readonly timeToLive: AttributeModel | undefined;
  readonly revision: AttributeModel | undefined;
}

const noOtherDecorators: OtherDecorators = { storedName: () => undefined, tellsType: () => false };

/**
 * Checks and compiles what the decorators of a class and its parents say. Each mistake that can be found without an
 * item has its own error, which names the class, the member and the fix.
 */
export function compileModel<T extends object>(target: Class<T>, others = noOtherDecorators): EntityModel<T> {
  if (typeof target !== 'function') throw new MapperError('UNDEFINED_CLASS', { where: 'An entity class' });
  const name = entityNameOf(target);
  const records = inheritedRecords(target).map(({ record }) => record);
  for (const record of records) checkDecoratorOptions(name, record);
  const entity = latest(records, 'entity');
  const versioned = latest(records, 'versioned');
  if (!entity) throw new MapperError('NOT_AN_ENTITY', { class: name, missing: '@Entity' });
  if (!entity.table) throw new MapperError('NOT_AN_ENTITY', { class: name, missing: 'table' });
  if (!versioned) throw new MapperError('NOT_AN_ENTITY', { class: name, missing: '@Versioned' });

  const versions = compileVersions(name, versioned.version, versioned.options);
  const attributes = compileAttributes(target, name, records, others, versions.newest);
  const reserved: ReservedName[] = [{ attribute: versions.versionAttribute, role: 'version' }];
  if (entity.discriminator) reserved.push({ attribute: entity.discriminator.attribute, role: 'discriminator' });
  checkReserved(name, reserved);
  checkNames(name, attributes, reserved);

  const keys = compileKeys(name, attributes);
  const byProperty = new Map(attributes.map((attribute) => [attribute.property, attribute]));
  const keyNames = Object.freeze(keys.map((key) => key.attribute));
  const protectedAttributes = [...keyNames];
  if (entity.discriminator) protectedAttributes.push(entity.discriminator.attribute);
  const steps = compileUpgrades(target, name);
  const chain = compileChain({
    class: name,
    ...versions,
    steps,
    protectedAttributes: Object.freeze(protectedAttributes),
    keyParts: keyParts(keys),
  });
  const [partitionKey, sortKey] = keys;
  return Object.freeze({
    class: target,
    name,
    table: entity.table,
    discriminator: entity.discriminator && Object.freeze({ ...entity.discriminator }),
    schema: entity.schema,
    version: versions.newest,
    versionAttribute: versions.versionAttribute,
    chain,
    downgrades: compileDowngradeChain(chain, compileDowngrades(target, chain)),
    attributes,
    byProperty,
    byAttribute: new Map(attributes.map((attribute) => [attribute.attribute, attribute])),
    attributeNames: Object.freeze(attributes.map(({ attribute }) => attribute)),
    keyNames,
    fixedNames: new Set([versions.versionAttribute, ...keyNames]),
    computed: Object.freeze(attributes.filter(isTemplated).filter((attribute) => !keys.includes(attribute))),
    partitionKey,
    sortKey,
    keys,
    indexes: compileIndexes(records, {
      class: name,
      discriminator: entity.discriminator,
      byProperty,
      partitionKey,
      sortKey,
      newest: versions.newest,
      upgrades: steps,
    }),
    createdAt: withRole(name, attributes, 'created at'),
    updatedAt: withRole(name, attributes, 'updated at'),
    timeToLive: withRole(name, attributes, 'time to live'),
    revision: withRole(name, attributes, 'revision'),
  });
}

function latest<Field extends 'entity' | 'versioned'>(
  records: readonly ClassRecord[],
  field: Field,
): ClassRecord[Field] | undefined {
  return records.findLast((record) => record[field] !== undefined)?.[field];
}

function compileVersions(name: string, newest: number, options: VersionedOptions) {
  const { attribute = 'schema_version', initial = 1, floor = initial } = options;
  const check = (option: 'version' | 'initial' | 'floor', value: number) => {
    const problem = isVersion(value)
      ? value > newest
        ? `is ${value}, above the version ${newest}`
        : ''
      : `is ${inspect(value)}`;
    if (problem) throw new MapperError('INVALID_CLASS_VERSION', { class: name, option, problem });
  };
  check('version', newest);
  check('initial', initial);
  check('floor', floor);
  return { newest, initial, floor, versionAttribute: attribute };
}

function compileAttributes(
  target: Class,
  name: string,
  records: readonly ClassRecord[],
  others: OtherDecorators,
  newest: number,
): readonly AttributeModel[] {
  const members = new Map(records.flatMap((record) => [...record.members]));
  const deprecations = compileDeprecations(name, records, members, newest);
  const attributes = [...members.values()].map((record) =>
    compileAttribute(target, name, record, others, deprecations.get(record.member)),
  );
  const templates = [...members.values()].flatMap(({ member, options: { template } }) =>
    template === undefined ? [] : [[String(member), template] as const],
  );
  const compiled = withTemplates(name, attributes, new Map(templates));
  warnOfMissingTypes(name, [...members.values()], compiled, (property) => others.tellsType(target, property));
  return Object.freeze(compiled);
}

interface ReservedName {
  readonly attribute: string;
  readonly role: 'version' | 'discriminator';
}

function checkReserved(name: string, [version, discriminator]: readonly ReservedName[]): void {
  const attribute = discriminator?.attribute;
  if (attribute === undefined || attribute !== version?.attribute) return;
  const members = ['the attribute of @Versioned', 'the discriminator of @Entity'];
  throw new MapperError('DUPLICATE_ATTRIBUTE', { class: name, attribute, members });
}

function checkNames(name: string, attributes: readonly AttributeModel[], reserved: readonly ReservedName[]): void {
  const seen = new Map<string, string>();
  for (const { attribute, property } of attributes) {
    const taken = reserved.find((candidate) => candidate.attribute === attribute);
    if (taken)
      throw new MapperError('RESERVED_ATTRIBUTE', { class: name, member: property, attribute, role: taken.role });
    const sameName = seen.get(attribute);
    if (sameName !== undefined) {
      throw new MapperError('DUPLICATE_ATTRIBUTE', { class: name, attribute, members: [sameName, property] });
    }
    seen.set(attribute, property);
  }
}

function compileKeys(
  name: string,
  attributes: readonly AttributeModel[],
): readonly [AttributeModel] | readonly [AttributeModel, AttributeModel] {
  const having = (role: 'partition key' | 'sort key') => {
    const members = attributes.filter(({ roles }) => roles.has(role));
    if (members.length > 1) {
      throw new MapperError('DUPLICATE_KEY', { class: name, role, members: members.map(({ property }) => property) });
    }
    return members[0];
  };
  const partitionKey = having('partition key');
  const sortKey = having('sort key');
  if (!partitionKey) throw new MapperError('MISSING_PARTITION_KEY', { class: name });
  if (partitionKey === sortKey) {
    const problem = 'it carries @PartitionKey and @SortKey; the two keys are two properties';
    throw new MapperError('INVALID_KEY', { class: name, member: partitionKey.property, problem });
  }
  return Object.freeze(sortKey ? [partitionKey, sortKey] : [partitionKey]);
}

function withRole(name: string, attributes: readonly AttributeModel[], role: MemberRole): AttributeModel | undefined {
  const [first, second] = attributes.filter(({ roles }) => roles.has(role));
  if (second) {
    const problem = `${first?.property} carries it already`;
    const details = { class: name, member: second.property, decorator: decoratorOf[role], problem };
    throw new MapperError('INVALID_MEMBER', details);
  }
  return first;
}
