/** The primary key of an item, as far as it could be read: attribute or property name → value. */
export type ErrorKey = Readonly<Record<string, unknown>>;

interface OfClass {
  readonly class: string;
}
interface OfMember extends OfClass {
  readonly member: string;
}
interface OfUpgrade extends OfClass {
  readonly method: string;
  readonly from: number;
  readonly to: number;
}
interface OfItem {
  readonly entity: string;
  readonly key: ErrorKey;
}
interface OfPath {
  readonly path: string;
}

/** What each error says about itself, by code. Never holds an attribute's value, except those of keys and versions. */
export interface ErrorDetails {
  // the model: found once, before the first request
  NOT_AN_ENTITY: OfClass & { readonly missing: '@Entity' | '@Versioned' | 'table' };
  UNDEFINED_CLASS: { readonly where: string };
  INVALID_OPTION: OfClass & { readonly decorator: string; readonly option: string; readonly problem: string };
  INVALID_CLASS_VERSION: OfClass & { readonly option: 'version' | 'initial' | 'floor'; readonly problem: string };
  MISSING_PARTITION_KEY: OfClass;
  DUPLICATE_KEY: OfClass & { readonly role: 'partition key' | 'sort key'; readonly members: readonly string[] };
  INVALID_KEY: OfMember & { readonly problem: string };
  INVALID_TEMPLATE: OfMember & { readonly template: string; readonly problem: string };
  INVALID_MEMBER: OfMember & { readonly decorator: string; readonly problem: string };
  DUPLICATE_ATTRIBUTE: OfClass & { readonly attribute: string; readonly members: readonly string[] };
  RESERVED_ATTRIBUTE: OfMember & { readonly attribute: string; readonly role: 'version' | 'discriminator' };
  UNKNOWN_TYPE: OfMember & { readonly found: string };
  DUPLICATE_INDEX: OfClass & { readonly index: string };
  UNKNOWN_INDEX_ATTRIBUTE: OfMember & { readonly index: string; readonly known: readonly string[] };
  INVALID_INDEX: OfClass & { readonly index: string; readonly problem: string };
  UPGRADE_GAP: OfClass & { readonly version: number; readonly newest: number; readonly steps: readonly string[] };
  DUPLICATE_UPGRADE: OfUpgrade & { readonly other: string };
  UPGRADE_BACKWARDS: OfUpgrade;
  UPGRADE_BEYOND_VERSION: OfUpgrade & { readonly newest: number };
  UPGRADE_NOT_A_METHOD: OfUpgrade & { readonly found: string };
  ASYNC_UPGRADE: OfUpgrade;
  INVALID_STEP: OfUpgrade & { readonly step: string; readonly problem: string };
  PROTECTED_STEP: OfUpgrade & { readonly step: string; readonly attribute: string };
  STEP_PATH_TWICE: OfUpgrade & { readonly step: string; readonly attribute: string; readonly other: string };
  STEP_TARGET_TAKEN: OfUpgrade & { readonly step: string; readonly attribute: string; readonly by: string };
  INVALID_DOWNGRADE: OfUpgrade & { readonly problem: string };
  SHARED_TABLE: { readonly table: string; readonly classes: readonly string[]; readonly problem: string };
  UNKNOWN_ENTITY: OfClass & { readonly known: readonly string[] };
  INVALID_WRITE_VERSION: OfClass & { readonly problem: string };
  POINT_OF_NO_RETURN: OfUpgrade & { readonly version: number };

  // one item that can't be read
  INVALID_VERSION: OfItem & { readonly attribute: string; readonly found: string };
  NEWER_VERSION: OfItem & { readonly version: number; readonly newest: number };
  TOO_OLD_VERSION: OfItem & { readonly version: number; readonly floor: number };
  UPGRADE_FAILED: OfItem & { readonly from: number; readonly to: number; readonly method: string };
  DOWNGRADE_FAILED: OfItem & { readonly from: number; readonly to: number; readonly method: string };
  INVALID_UPGRADE_RESULT: { readonly method: string; readonly found: string };
  PROTECTED_ATTRIBUTE: { readonly method: string; readonly attribute: string };
  STEP_TYPE: { readonly attribute: string; readonly expected: string; readonly found: string };
  ATTRIBUTE_TYPE: OfItem & { readonly attribute: string; readonly expected: string; readonly found: string };
  KEY_MISMATCH: OfItem & { readonly member: string; readonly template: string; readonly problem: string };
  WRONG_ENTITY: OfItem & { readonly attribute: string };
  INVALID_WIRE_VALUE: OfPath & { readonly found: string };
  HYDRATION_FAILED: OfItem & { readonly member: string };

  // a value that can't be stored
  UNSUPPORTED_VALUE: OfPath & { readonly found: string };
  INVALID_NUMBER: OfPath & { readonly found: string };
  INVALID_NAME: OfPath;
  EMPTY_SET: OfPath;
  CIRCULAR_VALUE: OfPath;
  TOO_DEEP: OfPath & { readonly limit: number };
  INVALID_KEY_VALUE: OfMember & { readonly expected: string; readonly found: string };
  MISSING_ATTRIBUTE: OfItem & { readonly members: readonly string[] };
  UNKNOWN_ATTRIBUTE: OfMember & { readonly known: readonly string[] };
  INCOMPLETE_KEY: OfItem & { readonly member: string; readonly template: string; readonly missing: readonly string[] };

  // a write that was not done
  ALREADY_EXISTS: OfItem;
  NOT_FOUND: OfItem;
  CONFLICT: OfItem;
  CONDITION_FAILED: OfItem;
  CONDITION_TOO_LARGE: OfItem;
  DOWNGRADE_LOSES: OfItem & {
    readonly version: number;
    readonly newest: number;
    readonly attributes: readonly string[];
  };
  PARTIAL_ENTITY: { readonly entity: string };
  MISSING_PARENT: OfItem & { readonly paths: readonly string[] };
  FENCE_REQUIRED: { readonly call: string };
  WRITES_FORBIDDEN: { readonly table: string };

  // a request that was not sent, or not answered
  INVALID_ARGUMENT: { readonly call: string; readonly argument: string; readonly problem: string };
  INVALID_CONDITION: OfClass & { readonly at: string; readonly problem: string };
  INVALID_CURSOR: { readonly problem: string };
  INDEX_MAY_MISS_ITEMS: OfClass & { readonly index: string; readonly since: number; readonly floor: number };
  REQUEST_FAILED: { readonly operation: string; readonly table: string; readonly reason: string };
  UNPROCESSED_KEYS: { readonly table: string; readonly count: number; readonly attempts: number };
  TABLE_NOT_READY: { readonly table: string; readonly status: string; readonly seconds: number };
  TABLE_MISMATCH: { readonly table: string; readonly problem: string };
  MAPPER_CLOSED: { readonly call: string };
  MISSING_PEER: { readonly package: string; readonly needed: string };

  // a file that tests and tools read
  INVALID_SAMPLE: { readonly file: string; readonly problem: string };
  INVALID_SCHEMA_LOCK: { readonly file: string; readonly problem: string; readonly mend: string };
  INVALID_CONFIG: { readonly file: string; readonly problem: string };
}

/** The stable name of an error. Codes are never renamed and never used again for something else. */
export type ErrorCode = keyof ErrorDetails;

const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
const step = (d: OfUpgrade) => `${d.class}: ${d.method}, upgrade ${d.from} → ${d.to},`;
const item = (d: OfItem) => `${d.entity} ${formatKey(d.key)}`;

/** Every error there is: what was found, what was expected, what to do. `docs/errors.md` has a section for each. */
const messages: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => string } = {
  NOT_AN_ENTITY: (d) => `${d.class} has no ${d.missing}. Decorate the class with @Entity({ table }) and @Versioned(n).`,
  UNDEFINED_CLASS: (d) =>
    `${d.where} is undefined. A circular import left the class undefined when it was named: break the circle, or name it by a function, () => TheClass, where one is taken.`,
  INVALID_OPTION: (d) => `${d.class}, ${d.decorator}: ${d.option} ${d.problem}.`,
  INVALID_CLASS_VERSION: (d) =>
    `${d.class}: the ${d.option} of @Versioned ${d.problem}. Versions are integers from 1 to 999,999,999.`,
  MISSING_PARTITION_KEY: (d) => `${d.class} has no partition key. Put @PartitionKey() on one of its properties.`,
  DUPLICATE_KEY: (d) => `${d.class} has more than one ${d.role}: ${list(d.members)}. Keep one of them.`,
  INVALID_KEY: (d) => `${d.class}.${d.member} can't be a key: ${d.problem}.`,
  INVALID_TEMPLATE: (d) =>
    `${d.class}.${d.member}: the template ${d.template} ${d.problem}. A template is text with properties in braces, each set off by a separator: 'USER#{user_id}'.`,
  INVALID_MEMBER: (d) => `${d.class}.${d.member} can't carry ${d.decorator}: ${d.problem}.`,
  DUPLICATE_ATTRIBUTE: (d) =>
    `${d.class}: ${list(d.members)} are stored under the same name, ${d.attribute}. Give one of them another with { name }.`,
  RESERVED_ATTRIBUTE: (d) =>
    `${d.class}.${d.member} is stored as ${d.attribute}, which is the ${d.role} attribute and the mapper's own. Remove the property or rename it with { name }.`,
  UNKNOWN_TYPE: (d) =>
    `${d.class}.${d.member} has the type ${d.found}, which can't be stored. Give { type } one of the types in docs/guide.md.`,
  DUPLICATE_INDEX: (d) => `${d.class} declares the index ${d.index} twice. Remove one of them.`,
  UNKNOWN_INDEX_ATTRIBUTE: (d) =>
    `${d.class}: the index ${d.index} names ${d.member}, which is no attribute of the class. Its attributes: ${list(d.known)}.`,
  INVALID_INDEX: (d) => `${d.class}: the index ${d.index} ${d.problem}.`,
  UPGRADE_GAP: (d) =>
    `${d.class}: no upgrade leads from version ${d.version} to ${d.newest} (there are: ${list(d.steps)}). Write an @Upgrade(${d.version}, ${d.version + 1}) method, or raise the floor if no such item is left.`,
  DUPLICATE_UPGRADE: (d) => `${step(d)} is there already as ${d.other}. Remove one of them.`,
  UPGRADE_BACKWARDS: (d) =>
    `${step(d)} does not lead to a newer version. The first version must be lower than the second, both integers from 1.`,
  UPGRADE_BEYOND_VERSION: (d) =>
    `${step(d)} leads beyond the class's version ${d.newest}. Raise it with @Versioned(${d.to}), or remove the upgrade.`,
  UPGRADE_NOT_A_METHOD: (d) =>
    `${step(d)} is ${d.found}. Put @Upgrade on a method, or on a static field that holds steps(…).`,
  ASYNC_UPGRADE: (d) =>
    `${step(d)} is asynchronous. Upgrades run while an item is read, so they are synchronous and need nothing but the item.`,
  INVALID_STEP: (d) => `${step(d)} has a step that can't be done: ${d.step} ${d.problem}.`,
  PROTECTED_STEP: (d) =>
    `${step(d)} has a step on ${d.attribute}: "${d.step}". Keys, the discriminator and the version never change; leave them out.`,
  STEP_PATH_TWICE: (d) =>
    `${step(d)} has two steps on ${d.attribute}: "${d.step}" comes after "${d.other}". Say it in one step, or use the new name.`,
  STEP_TARGET_TAKEN: (d) =>
    `${step(d)} would overwrite ${d.attribute}: "${d.step}", but that attribute is there already ("${d.by}"). Choose another name, or move the other one away first.`,
  INVALID_DOWNGRADE: (d) =>
    `${d.class}: ${d.method}, downgrade ${d.from} → ${d.to}, ${d.problem}. A downgrade is a synchronous method that leads to the version before.`,
  SHARED_TABLE: (d) => `${list(d.classes)} share the table ${d.table}: ${d.problem}.`,
  UNKNOWN_ENTITY: (d) =>
    `${d.class} is not among the mapper's entities (${list(d.known)}). Add it to the option entities of new Mapper().`,
  INVALID_WRITE_VERSION: (d) =>
    `${d.class}: the mapper's writeVersion ${d.problem}. Give it a version that the class can read and write, or nothing for the newest.`,
  POINT_OF_NO_RETURN: (d) =>
    `${d.class} can't be stored as version ${d.version}: the upgrade ${d.from} → ${d.to}, ${d.method}, has no way back. Write an @Downgrade(${d.to}, ${d.to - 1}), declare steps that have one, or don't go below version ${d.to}.`,

  INVALID_VERSION: (d) =>
    `${item(d)} has ${d.found} under ${d.attribute}. A version is a number, an integer from 1 to 999,999,999; mend the stored item.`,
  NEWER_VERSION: (d) =>
    `${item(d)} has version ${d.version}, but this code knows versions up to ${d.newest}. Newer code has written it: deploy that code here, too.`,
  TOO_OLD_VERSION: (d) =>
    `${item(d)} has version ${d.version}, but the floor is ${d.floor}. Lower the floor and bring back the upgrades from there, or remove the item.`,
  UPGRADE_FAILED: (d) =>
    `${item(d)} could not be upgraded from version ${d.from} to ${d.to}: ${d.method} failed, see the cause. Mend the upgrade to accept the item.`,
  DOWNGRADE_FAILED: (d) =>
    `${item(d)} could not be brought down from version ${d.from} to ${d.to}: ${d.method} failed, see the cause. Mend the downgrade to accept the item.`,
  INVALID_UPGRADE_RESULT: (d) =>
    `${d.method} returned ${d.found}. An upgrade returns an item, or changes the one it was handed and returns nothing.`,
  PROTECTED_ATTRIBUTE: (d) =>
    `${d.method} changed ${d.attribute}. An upgrade leaves keys, the parts of their templates, the discriminator and the version as they are; the mapper sets the version.`,
  STEP_TYPE: (d) =>
    `${d.attribute} is ${d.found}, but the step works on ${d.expected}. Convert it in a step before, or write this upgrade as a method.`,
  ATTRIBUTE_TYPE: (d) =>
    `${item(d)}: ${d.attribute} is ${d.found}, but its declared type is ${d.expected}. Convert it in an upgrade, change the type, or set onTypeMismatch: 'keep'.`,
  KEY_MISMATCH: (d) =>
    `${item(d)}: the key ${d.member} ${d.problem}. Expected: what the template ${d.template} makes of the item's attributes; mend the stored item.`,
  WRONG_ENTITY: (d) =>
    `The item ${formatKey(d.key)} is not a ${d.entity}: its discriminator ${d.attribute} is another's. Read it through the repository of its own class.`,
  INVALID_WIRE_VALUE: (d) =>
    `${d.path || 'The item'} is ${d.found}. A wire item has an AttributeValue for each attribute, such as { S: 'text' }; plain items go through upgradeItem().`,
  HYDRATION_FAILED: (d) =>
    `${item(d)}: ${d.member} threw while the entity was made or stored, see the cause. The constructor is called without arguments, setters and transforms with any stored value.`,

  UNSUPPORTED_VALUE: (d) =>
    `${d.path} holds ${d.found}, which can't be stored. Store one of the types in docs/guide.md.`,
  INVALID_NUMBER: (d) =>
    `${d.path} holds ${d.found}. A stored number has at most 38 digits and a magnitude from 1e-130 to 1e126; integers beyond 2^53 are bigint.`,
  INVALID_NAME: (d) => `${d.path} has an empty attribute name. Names have at least one character.`,
  EMPTY_SET: (d) => `${d.path} is an empty Set inside another value. Engines refuse those: leave it out instead.`,
  CIRCULAR_VALUE: (d) => `${d.path} contains itself. Store the id of what it refers to instead.`,
  TOO_DEEP: (d) => `${d.path} is nested deeper than the ${d.limit} levels that an engine stores. Flatten the value.`,
  INVALID_KEY_VALUE: (d) => `${d.class}: the key ${d.member} is ${d.found}. Expected: ${d.expected}.`,
  MISSING_ATTRIBUTE: (d) =>
    `${item(d)} has no ${list(d.members)}. Set what is missing, give it a default, or declare it with { optional: true }.`,
  UNKNOWN_ATTRIBUTE: (d) => `${d.class} has no attribute ${d.member}. Its attributes: ${list(d.known)}.`,
  INCOMPLETE_KEY: (d) =>
    `${item(d)}: the update sets some parts of ${d.member}, whose template is ${d.template}, but not ${list(d.missing)}. Set them, too, or the index would hold the item under a key of before.`,

  ALREADY_EXISTS: (d) => `${item(d)} exists already. Use put() to replace it.`,
  NOT_FOUND: (d) => `${item(d)} does not exist. It may have been deleted meanwhile.`,
  CONFLICT: (d) =>
    `${item(d)} was changed by somebody else since it was read. Read it again and apply the change again.`,
  CONDITION_FAILED: (d) =>
    `${item(d)} is not what the condition asks for, so nothing was stored. The method current() gives what is stored.`,

  CONDITION_TOO_LARGE: (d) =>
    `${item(d)} is stale, and the condition that nobody changed it meanwhile is more than engines take in one expression. Save it with { overwrite: true }, or put() it.`,
  DOWNGRADE_LOSES: (d) =>
    `${item(d)} can't be stored as version ${d.version} without losing something: read again as version ${d.newest}, ${list(d.attributes)} would differ. Store what version ${d.version} can hold, mend the downgrade, or write the newest version.`,
  PARTIAL_ENTITY: (d) =>
    `This ${d.entity} was read with { attributes } and is not whole: storing it would lose the rest. Read it without, or change it with update().`,
  MISSING_PARENT: (d) =>
    `${item(d)} has not the maps or lists that ${list(d.paths)} lead through. Set the outermost missing one as a whole.`,
  FENCE_REQUIRED: (d) =>
    `${d.call} needs conditional writes, which the mapper's option fence: false gave up. Make the mapper without it, on a table whose isolation allows them.`,
  WRITES_FORBIDDEN: (d) =>
    `The table ${d.table} forbids conditional writes: its tag system:write_isolation, or the server's flag, says forbid_rmw. Tag it always_use_lwt, or give them up with the mapper's option fence: false.`,

  INVALID_ARGUMENT: (d) => `${d.call}: ${d.argument} ${d.problem}.`,
  INVALID_CONDITION: (d) => `${d.class}: ${d.at} ${d.problem}.`,
  INVALID_CURSOR: (d) => `The cursor ${d.problem}. Start from the first page, or pass a cursor of this very query.`,
  INDEX_MAY_MISS_ITEMS: (d) =>
    `${d.class}: the index ${d.index} holds only items since version ${d.since}, but versions from ${d.floor} may be stored. Rewrite the older items and declare the index { complete: true }, or raise the floor; a writeVersion below ${d.since} has to go first.`,
  REQUEST_FAILED: (d) => `${d.operation} on ${d.table} failed: ${d.reason}. See the cause.`,
  UNPROCESSED_KEYS: (d) =>
    `The engine left ${d.count} keys of ${d.table} unprocessed after ${d.attempts} attempts. It is throttling: ask again later or for less.`,
  TABLE_NOT_READY: (d) =>
    `The table ${d.table} is ${d.status} after ${d.seconds} seconds. Look at the engine's state and call again.`,
  TABLE_MISMATCH: (d) => `The table ${d.table} ${d.problem}. See verifyTables() for every difference.`,
  MAPPER_CLOSED: (d) => `${d.call} was called after close(). Make a new Mapper.`,
  MISSING_PEER: (d) => `${d.needed} needs the package ${d.package}. Install it: npm install --save-dev ${d.package}`,

  INVALID_SAMPLE: (d) =>
    `The sample ${d.file} ${d.problem}. A sample is a stored document in wire JSON or plain JSON, one object in a file.`,
  INVALID_SCHEMA_LOCK: (d) => `The schema lock ${d.file} ${d.problem}. ${d.mend}.`,
  INVALID_CONFIG: (d) => `${d.file} ${d.problem}. See docs/cli.md for what a configuration exports.`,
};

/** Every error code, in the order of `docs/errors.md`. */
export const errorCodes = Object.keys(messages) as readonly ErrorCode[];

/**
 * The one class of all errors that dynamo-evolve throws.
 *
 * `code` is stable and tells errors apart; `details` are typed by it; the message says what was found, what was expected
 * and what to do; `help` is the section of the documentation. Messages, details and causes name keys, attributes and versions, never
 * other values, so errors can be logged. (The cause of an `UPGRADE_FAILED` is what the upgrade itself threw, that of a
 * `HYDRATION_FAILED` what the class did.)
 *
 * @example
 * try {
 *   upgradeItem(Session, { session_id: 'abc-123', schema_version: 99 });
 * } catch (error) {
 *   if (isMapperError(error, 'NEWER_VERSION')) console.log(error.details.version); // → 99
 * }
 */
export class MapperError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'MapperError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  /** The section of the documentation about this error, relative to the package. */
  readonly help: string;
  /** Where a query or scan goes on after the item that failed; pass it as the option `cursor`. */
  cursor?: string;
  #readCurrent: (() => unknown) | undefined;

  constructor(code: Code, details: ErrorDetails[Code], options?: { cause?: unknown }) {
    const help = `docs/errors.md#${code.toLowerCase()}`;
    super(`${messages[code](details)} [${code}, ${help}]`, options);
    this.code = code;
    this.details = details;
    this.help = help;
  }

  /**
   * The entity that is stored now, of a `CONFLICT` or `CONDITION_FAILED`: `undefined` if there is none any more, and for every other error. A method,
   * since errors hold no stored values; throws like every read.
   */
  current(): unknown {
    return this.#readCurrent?.();
  }

  /** @internal */
  withCurrent(read: () => unknown): this {
    this.#readCurrent = read;
    return this;
  }

  /** What `JSON.stringify` makes of it: with the message, and with keys that are bigints or bytes as text. */
  toJSON(): object {
    const { name, code, message, help, cursor } = this;
    const { key } = this.details as { readonly key?: ErrorKey };
    const details = key === undefined ? this.details : { ...this.details, key: jsonKey(key) };
    return { name, code, message, details, help, ...(cursor !== undefined && { cursor }) };
  }
}

/** Whether a caught value is a `MapperError`, and, if a code is given, the one with that code. */
export function isMapperError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is MapperError<Code> {
  // by name, not by class: two copies of the package may be loaded
  return (
    error instanceof Error &&
    error.name === 'MapperError' &&
    (code === undefined || ('code' in error && error.code === code))
  );
}

/** An error's message and what its cause says: for logs and terminals, which print no causes. */
export function messageWithCause({ cause, message }: Error): string {
  if (!(cause instanceof Error)) return message;
  // of a connection that was tried at several addresses: each has its own
  const [first] = cause instanceof AggregateError && cause.message === '' ? (cause.errors as Error[]) : [];
  return `${message}\n  caused by ${(first ?? cause).toString()}`;
}

function formatKey(key: ErrorKey): string {
  const parts = Object.entries(key).map(([name, value]) => `${name}: ${formatKeyValue(value)}`);
  return parts.length === 0 ? '(no key)' : `{ ${parts.join(', ')} }`;
}

function jsonKey(key: ErrorKey): ErrorKey {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, jsonKeyValue(value)]));
}

function jsonKeyValue(value: unknown): unknown {
  return typeof value === 'bigint' || value instanceof Uint8Array ? formatKeyValue(value) : value;
}

function formatKeyValue(value: unknown): string {
  if (value instanceof Uint8Array) return `base64 ${Buffer.from(value).toString('base64')}`;
  if (typeof value === 'string') return `'${value}'`;
  // no key, and perhaps without a toString of its own
  return isMapOrList(value) ? 'no value of a key' : String(value);
}

function isMapOrList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
