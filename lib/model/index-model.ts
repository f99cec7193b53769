import { MapperError } from '../errors.js';
import type { AttributeModel } from './attribute-model.js';
import type { VersionStep } from '../upgrade/version-step.js';
import type { Step } from '../upgrade/steps/step.js';
import type { ClassRecord, EntityOptions, IndexOptions, MemberRole } from './registry.js';

/** One index of an entity's table. */
export interface IndexModel {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly partitionKey: AttributeModel;
  readonly sortKey: AttributeModel | undefined;
  /** The version since which the keys have their current names and meanings. */
  readonly since: number;
  /** Whether every older item has been rewritten. */
  readonly complete: boolean;
}

interface IndexContext {
  readonly class: string;
  readonly discriminator: EntityOptions['discriminator'];
  readonly byProperty: ReadonlyMap<string, AttributeModel>;
  readonly partitionKey: AttributeModel;
  readonly sortKey: AttributeModel | undefined;
  readonly newest: number;
  readonly upgrades: readonly VersionStep[];
}

/**
 * Compiles the indexes of a class and its parents. Throws `DUPLICATE_INDEX`, `UNKNOWN_INDEX_ATTRIBUTE` or
 * `INVALID_INDEX`.
 */
export function compileIndexes(records: readonly ClassRecord[], context: IndexContext): readonly IndexModel[] {
  const indexes = new Map<string, IndexModel>();
  for (const record of records) {
    const names = new Set<string>();
    for (const { name, options } of record.indexes) {
      if (names.has(name)) throw new MapperError('DUPLICATE_INDEX', { class: context.class, index: name });
      names.add(name);
      indexes.set(name, compileIndex(name, options, context));
    }
  }
  return Object.freeze([...indexes.values()]);
}

function compileIndex(name: string, options: IndexOptions, context: IndexContext): IndexModel {
  const { complete = false } = options;
  const refuse = (problem: string) => new MapperError('INVALID_INDEX', { class: context.class, index: name, problem });
  const keyOf = (property: string | undefined) => {
    if (property === undefined) return undefined;
    if (property !== context.discriminator?.attribute) return indexKey(name, property, context);
    if (!context.discriminator.default || complete) return discriminatorKey(property);
    throw refuse(
      `misses items without ${property}, which are of this class; store it in all of them, then say complete: true`,
    );
  };

  const partitionKey = keyOf(options.partitionKey);
  const sortKey = keyOf(options.sortKey);
  if (typeof name !== 'string' || name.length < 3) throw refuse('needs a name of three characters or more');
  if (!partitionKey && !sortKey) throw refuse('names no key; give it { partitionKey }, { sortKey } or both');
  if (!partitionKey && !context.sortKey)
    throw refuse('is local, but the table has no sort key; give it { partitionKey }');
  const { since = knownSince([partitionKey, sortKey], context.upgrades) } = options;
  if (!Number.isInteger(since) || since < 1 || since > context.newest) {
    throw refuse(`says since: ${since}; expected a version from 1 to ${context.newest}`);
  }
  const kind = partitionKey ? 'global' : 'local';
  return Object.freeze({ name, kind, partitionKey: partitionKey ?? context.partitionKey, sortKey, since, complete });
}

/**
 * The version since which no declared upgrade has changed the keys: in older items they have other names or meanings.
 * What methods do is unknown, so their authors must declare `since`.
 */
function knownSince(keys: readonly (AttributeModel | undefined)[], upgrades: readonly VersionStep[]): number {
  const changesKey = ({ assigns, kind }: Step) =>
    keys.some((key) => {
      if (key === undefined) return false;
      // renaming a part doesn't change the key
      const parts = kind === 'rename' ? [] : (key.template?.parts ?? []);
      return [key, ...parts].some((attribute) => assigns.includes(attribute.attribute));
    });
  return Math.max(1, ...upgrades.filter(({ declared }) => declared?.steps.some(changesKey)).map(({ to }) => to));
}

function indexKey(index: string, property: string, { class: owner, byProperty }: IndexContext): AttributeModel {
  const attribute = byProperty.get(property);
  if (!attribute) {
    throw new MapperError('UNKNOWN_INDEX_ATTRIBUTE', {
      class: owner,
      index,
      member: property,
      known: [...byProperty.keys()],
    });
  }
  const problem = keyProblem(attribute);
  if (problem === undefined) return attribute;
  throw new MapperError('INVALID_INDEX', { class: owner, index, problem });
}

/** The discriminator as a key. It isn't a property. */
function discriminatorKey(name: string): AttributeModel {
  return Object.freeze({
    property: name,
    attribute: name,
    type: 'string',
    typeGiven: true,
    optional: false,
    nullable: false,
    notation: undefined,
    default: undefined,
    roles: new Set<MemberRole>(),
    keyType: 'string',
    deprecated: undefined,
    template: undefined,
  });
}

function keyProblem({ keyType, nullable, property }: AttributeModel): string | undefined {
  if (!keyType) {
    return `names ${property}, whose type isn't stored as a string, a number or bytes; give it { type: 'string' }`;
  }
  if (!nullable) return undefined;
  return `names ${property}, which is nullable; engines refuse null in keys: make it optional, and undefined instead of null`;
}
