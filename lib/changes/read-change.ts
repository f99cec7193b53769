import { decodeValue } from '../codec/decode.js';
import type { WireItem, WireValue } from '../codec/wire.js';
import { type CallName, type ErrorKey, isMapperError, MapperError } from '../errors.js';
import type { AttributeModel } from '../model/attribute-model.js';
import type { EntityContext } from '../read/entity-context.js';
import { markImage } from '../read/tracked-item.js';
import { engineKeyTypes } from '../store/table-schema.js';
import type { Change } from './change.js';
import { type ChangeRecord, factsOf, type RecordFacts } from './change-record.js';
import { compareImages, type ReadImage } from './compare-images.js';

/** What becomes of a record of a class that isn't known. */
export type UnknownPolicy = 'skip' | 'throw';

type Context = EntityContext<object>;

/** A record and where it belongs. */
export interface SortedRecord {
  readonly facts: RecordFacts;
  /** The classes of the item before and after; `undefined` where there is none, or none that is known. */
  readonly before: Context | undefined;
  readonly after: Context | undefined;
  /** Of a removal that shows no image: the classes that the item may have been of. */
  readonly unseen: readonly Context[];
}

/**
 * Says what a record is about, by its table and the discriminators of its images. Throws `INVALID_ARGUMENT`,
 * `STREAM_VIEW`, or with `unknown: 'throw'` `UNKNOWN_CHANGE`.
 */
export function sortRecord(
  contexts: readonly Context[],
  record: ChangeRecord,
  { call, unknown = 'skip' }: { readonly call: CallName; readonly unknown?: UnknownPolicy | undefined },
): SortedRecord {
  const facts = factsOf(record, call);
  const candidates = contexts.filter((context) => canHold(context, facts));
  const [before, after] = [facts.before, facts.after].map((image) => image && ownerOf(candidates, image, call));
  if (unknown === 'throw' && !before && !after && (facts.before || facts.after)) {
    const { keys, sequenceNumber, table } = facts;
    const known = contexts.map(({ model }) => model.name);
    throw new MapperError('UNKNOWN_CHANGE', { key: plainKey(keys), sequenceNumber, table, known });
  }
  return { facts, before, after, unseen: facts.before || facts.after ? [] : candidates.filter(hidesRemovals) };
}

/**
 * The changes that a record stands for: none if nobody knows its class, two if the item was of one class and is of
 * another now. A removal without image is one for each class that the item may have been of. Throws
 * `UNREADABLE_CHANGE`.
 */
export function changesOf({ after, before, facts, unseen }: SortedRecord): Change[] {
  if (unseen.length > 0) return unseen.map((context) => unseenRemoval(context, facts));
  if (before === after) return after ? [changeOf(after, facts, facts.before, facts.after)] : [];
  return [
    ...(before ? [changeOf(before, facts, facts.before, undefined)] : []),
    ...(after ? [changeOf(after, facts, undefined, facts.after)] : []),
  ];
}

/**
 * Whether Alternator shows no image of what is removed from a table: from one without sort key. In other tables there
 * was nothing to remove.
 */
function hidesRemovals({ model }: Context): boolean {
  return model.keys.length === 1;
}

function canHold({ model, table }: Context, { keys, table: name }: RecordFacts): boolean {
  if (name !== undefined) return table.name === name;
  return Object.keys(keys).length === model.keys.length && model.keys.every((key) => isKeyValue(key, keys));
}

function isKeyValue({ attribute, keyType }: AttributeModel, keys: WireItem): boolean {
  const value = Object.hasOwn(keys, attribute) ? keys[attribute] : undefined;
  return value !== undefined && keyType !== undefined && engineKeyTypes[keyType] in value;
}

function ownerOf(candidates: readonly Context[], image: WireItem, call: CallName): Context | undefined {
  const [owner, other] = candidates.filter(({ reader }) => reader.owns(image));
  if (!owner || !other) return owner;
  const problem =
    `doesn't say its table, and could be of ${owner.model.name} or ${other.model.name}; ` +
    `name the classes of its table with { entities }`;
  throw new MapperError('INVALID_ARGUMENT', { call, argument: 'the record', problem });
}

function changeOf(
  context: Context,
  facts: RecordFacts,
  oldImage: WireItem | undefined,
  newImage: WireItem | undefined,
): Change {
  const before = oldImage && read(context, facts, oldImage, 'before');
  const after = newImage && read(context, facts, newImage, 'after');
  const { changed, isSame } = compareImages(context, before, after);
  const kind = before ? (after ? 'modify' : 'remove') : 'insert';
  const { entity } = (after ?? before) as ReadImage<object>;
  return Object.freeze({
    entity: context.model.class,
    kind,
    ...(before && { before: before.entity }),
    ...(after && { after: after.entity }),
    versions: Object.freeze({
      ...(before && { before: before.examined.tracked.version }),
      ...(after && { after: after.examined.tracked.version }),
    }),
    changed: Object.freeze(changed),
    onlyUpgraded: kind === 'modify' && isSame,
    expired: kind === 'remove' && facts.expired,
    key: keyOf(context, entity),
    at: facts.at,
    sequenceNumber: facts.sequenceNumber,
  }) as Change;
}

/** A removal of which only the key is known. */
function unseenRemoval(context: Context, facts: RecordFacts): Change {
  const { hydrator, model, reader } = context;
  const { at, expired, keys, sequenceNumber } = facts;
  const key = inRecord(context, facts, keys, 'before', () =>
    keyOf(context, hydrator.fromWire(keys, reader.identify(keys))),
  );
  return Object.freeze({
    entity: model.class,
    kind: 'remove',
    before: undefined,
    versions: Object.freeze({}),
    changed: Object.freeze([]),
    onlyUpgraded: false,
    expired,
    key,
    at,
    sequenceNumber,
  });
}

function keyOf({ model }: Context, entity: object): object {
  const values = entity as Readonly<Record<string, unknown>>;
  return Object.fromEntries(model.keys.map(({ property }) => [property, values[property]]));
}

/** The entity of an image, which passes the same way as whatever is read from the table. */
function read(context: Context, facts: RecordFacts, wire: WireItem, image: 'before' | 'after'): ReadImage<object> {
  const { reader } = context;
  return inRecord(context, facts, wire, image, () => {
    const examined = reader.examine(wire);
    const entity = reader.hydrate(examined, false);
    markImage(entity);
    return { examined, entity };
  });
}

/** What reading gives; what makes it fail is the cause of an `UNREADABLE_CHANGE`. */
function inRecord<R>(
  { model, reader }: Context,
  { sequenceNumber }: RecordFacts,
  wire: WireItem,
  image: 'before' | 'after',
  reading: () => R,
): R {
  try {
    return reading();
  } catch (cause) {
    if (!isMapperError(cause)) throw cause;
    const details = { entity: model.name, key: reader.identify(wire).key(), image, sequenceNumber, reason: cause.code };
    throw new MapperError('UNREADABLE_CHANGE', details, { cause });
  }
}

/** A key of an unknown class, as far as it can be read. */
function plainKey(keys: WireItem): ErrorKey {
  return Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, plainValue(value, name)]));
}

function plainValue(value: WireValue, name: string): unknown {
  try {
    return decodeValue(value, name);
  } catch {
    return undefined;
  }
}
