/** The primary key of an item, as far as it could be read: values by the names of attributes or properties. */
export type ErrorKey = Readonly<Record<string, unknown>>;

/** The calls that errors name, each by one name. */
export type CallName =
  | 'new Mapper()'
  | 'addIndexes()'
  | 'alternatorClient()'
  | 'census()'
  | 'change()'
  | 'changes()'
  | 'changeHandler()'
  | 'create()'
  | 'createTables()'
  | 'delete()'
  | 'deleteMany()'
  | 'describeUpgrades()'
  | 'downgradeItem()'
  | 'get()'
  | 'getMany()'
  | 'getOrFail()'
  | 'hydrate()'
  | 'insert()'
  | 'planSweep()'
  | 'put()'
  | 'putMany()'
  | 'query()'
  | 'retire()'
  | 'save()'
  | 'scan()'
  | 'sweep()'
  | 'update()'
  | 'upgradeItem()'
  | 'verifyTables()'
  | 'EvolveModule.forRoot()'
  | 'EvolveModule.forRootAsync()'
  | `dynamo-evolve ${'census' | 'lock' | 'retire' | 'studio' | 'sweep' | 'upgrade'}`;

interface OfCall {
  readonly call: CallName;
}
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

const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
const step = (d: OfUpgrade) => `${d.class}: the upgrade ${d.from} → ${d.to} (${d.method})`;
const item = (d: OfItem) => `${d.entity} ${formatKey(d.key)}`;

/** What to do about requests that fail because something was left out, by the name of the failure. */
const firstSteps: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ResourceNotFoundException: 'No such table: call createTables(), or check tablePrefix, endpoint and region.',
    'Region is missing':
      "Give the client a region, new DynamoDBClient({ region: 'eu-central-1' }); ScyllaDB takes any.",
    CredentialsProviderError: 'Give the client credentials; ScyllaDB without authentication takes any.',
    ECONNREFUSED: "Nothing listens at the client's endpoint: start the engine, or check the endpoint.",
  }),
);

/**
 * The message of every error, by its code. This is the catalogue: codes and the types of details are derived from it,
 * and `docs/errors` has a section for each. Details hold no stored values, except those of keys and versions.
 */
export const errorMessages = {
  // mistakes in decorators: found once, before the first request
  NOT_AN_ENTITY: (d: OfClass & { readonly missing: '@Entity' | '@Versioned' | 'table' }) =>
    `${d.class} has no ${d.missing}. Decorate the class with @Entity({ table }) and @Versioned(n).`,
  UNDEFINED_CLASS: (d: { readonly where: string }) =>
    `${d.where} is undefined, usually because of a circular import. ` +
    `Break the cycle or, where a function is accepted, pass () => TheClass instead of the class.`,
  INVALID_OPTION: (d: OfClass & { readonly decorator: string; readonly option: string; readonly problem: string }) =>
    `${d.class}, ${d.decorator}: ${d.option} ${d.problem}.`,
  INVALID_CLASS_VERSION: (
    d: OfClass & { readonly option: 'version' | 'initial' | 'floor'; readonly problem: string },
  ) => `${d.class}: the ${d.option} of @Versioned ${d.problem}. Versions are integers from 1 to 999,999,999.`,
  MISSING_PARTITION_KEY: (d: OfClass) =>
    `${d.class} has no partition key. Put @PartitionKey() on one of its properties.`,
  DUPLICATE_KEY: (d: OfClass & { readonly role: 'partition key' | 'sort key'; readonly members: readonly string[] }) =>
    `${d.class} has more than one ${d.role}: ${list(d.members)}. Keep only one of them.`,
  INVALID_KEY: (d: OfMember & { readonly problem: string }) => `${d.class}.${d.member} can't be a key: ${d.problem}.`,
  INVALID_TEMPLATE: (d: OfMember & { readonly template: string; readonly problem: string }) =>
    `${d.class}.${d.member}: the template ${d.template} ${d.problem}. ` +
    `A template is text with property names in braces, separated by other text: 'USER#{user_id}'.`,
  INVALID_MEMBER: (d: OfMember & { readonly decorator: string; readonly problem: string }) =>
    `${d.class}.${d.member} can't have ${d.decorator}: ${d.problem}.`,
  DUPLICATE_ATTRIBUTE: (d: OfClass & { readonly attribute: string; readonly members: readonly string[] }) =>
    `${d.class}: ${list(d.members)} are stored under the same name, ${d.attribute}. Rename one of them with { name }.`,
  RESERVED_ATTRIBUTE: (d: OfMember & { readonly attribute: string; readonly role: 'version' | 'discriminator' }) =>
    `${d.class}.${d.member} is stored as ${d.attribute}, which is the ${d.role} attribute. ` +
    `Only the mapper reads and writes that attribute: remove the property, or rename it with { name }.`,
  UNKNOWN_TYPE: (d: OfMember & { readonly found: string }) =>
    `${d.class}.${d.member} has the type ${d.found}, which can't be stored. ` +
    `Set { type } to one of the types in docs/types.md.`,
  UNSUPPORTED_SCHEMA: (d: OfClass & { readonly path: string; readonly feature: string; readonly problem: string }) =>
    `${d.class}: the schema says ${d.feature} at ${d.path}, which ${d.problem}.`,
  DUPLICATE_INDEX: (d: OfClass & { readonly index: string }) =>
    `${d.class} declares the index ${d.index} twice. Remove one of them.`,
  UNKNOWN_INDEX_ATTRIBUTE: (d: OfMember & { readonly index: string; readonly known: readonly string[] }) =>
    `${d.class}: the index ${d.index} names ${d.member}, which isn't an attribute of the class. ` +
    `Its attributes: ${list(d.known)}.`,
  INVALID_INDEX: (d: OfClass & { readonly index: string; readonly problem: string }) =>
    `${d.class}: the index ${d.index} ${d.problem}.`,
  UPGRADE_GAP: (
    d: OfClass & { readonly version: number; readonly newest: number; readonly steps: readonly string[] },
  ) =>
    `${d.class}: no upgrade leads from version ${d.version} to ${d.newest} (declared upgrades: ${list(d.steps)}). ` +
    `Write an @Upgrade(${d.version}, ${d.version + 1}) method, or raise the floor if no such item is stored any more.`,
  DUPLICATE_UPGRADE: (d: OfUpgrade & { readonly other: string }) =>
    `${step(d)} duplicates ${d.other}. Remove one of them.`,
  UPGRADE_BACKWARDS: (d: OfUpgrade) =>
    `${step(d)} doesn't lead to a newer version. ` +
    `In @Upgrade(from, to), both must be integers from 1, and from must be lower than to.`,
  UPGRADE_BEYOND_VERSION: (d: OfUpgrade & { readonly newest: number }) =>
    `${step(d)} leads beyond version ${d.newest}, which the class declares as its newest. ` +
    `Declare @Versioned(${d.to}), or remove the upgrade.`,
  UPGRADE_NOT_A_METHOD: (d: OfUpgrade & { readonly found: string }) =>
    `${step(d)} is ${d.found}. Put @Upgrade on a method, or on a static field that holds steps(…).`,
  ASYNC_UPGRADE: (d: OfUpgrade) =>
    `${step(d)} is asynchronous. ` +
    `Upgrades run while an item is read: they must be synchronous, and must not need anything but the item.`,
  INVALID_STEP: (d: OfUpgrade & { readonly step: string; readonly problem: string }) =>
    `${step(d)} has an invalid step: ${d.step} ${d.problem}.`,
  PROTECTED_STEP: (d: OfUpgrade & { readonly step: string; readonly attribute: string }) =>
    `${step(d)} has a step that changes ${d.attribute}: "${d.step}". ` +
    `Keys, the discriminator and the version must stay as they are: remove the step.`,
  STEP_PATH_TWICE: (d: OfUpgrade & { readonly step: string; readonly attribute: string; readonly other: string }) =>
    `${step(d)} has two steps on ${d.attribute}: "${d.step}" comes after "${d.other}". ` +
    `Combine them into one step, or use the new name of the attribute.`,
  STEP_TARGET_TAKEN: (d: OfUpgrade & { readonly step: string; readonly attribute: string; readonly by: string }) =>
    `${step(d)} would overwrite ${d.attribute}: "${d.step}", but that attribute exists already ("${d.by}"). ` +
    `Choose another name, or move the existing attribute away first.`,
  INVALID_DOWNGRADE: (d: OfUpgrade & { readonly problem: string }) =>
    `${d.class}: the downgrade ${d.from} → ${d.to} (${d.method}) ${d.problem}. ` +
    `A downgrade must be a synchronous method that leads to the previous version.`,
  SHARED_TABLE: (d: { readonly table: string; readonly classes: readonly string[]; readonly problem: string }) =>
    `${list(d.classes)} share the table ${d.table}: ${d.problem}.`,
  UNKNOWN_ENTITY: (d: OfClass & { readonly known: readonly string[] }) =>
    `${d.class} isn't one of the mapper's entities (${list(d.known)}). ` +
    `Add it to the option entities of new Mapper().`,
  INVALID_WRITE_VERSION: (d: OfClass & { readonly problem: string }) =>
    `${d.class}: the mapper's writeVersion ${d.problem}. ` +
    `It must be a version that the class can read and write, or undefined for the newest one.`,
  POINT_OF_NO_RETURN: (d: OfUpgrade & { readonly version: number }) =>
    `${d.class} can't be stored as version ${d.version}: no step undoes ${d.from} → ${d.to} (${d.method}). ` +
    `Write an @Downgrade(${d.to}, ${d.to - 1}), declare steps that can be undone, or stay at version ${d.to} or above.`,

  // an item that can't be read
  INVALID_VERSION: (d: OfItem & { readonly attribute: string; readonly found: string }) =>
    `${item(d)} has ${d.found} in its version attribute, ${d.attribute}. ` +
    `A version must be an integer from 1 to 999,999,999: fix the stored item.`,
  NEWER_VERSION: (d: OfItem & { readonly version: number; readonly newest: number }) =>
    `${item(d)} has version ${d.version}, but this code knows versions up to ${d.newest}. ` +
    `Newer code has written the item: deploy that code here, too.`,
  TOO_OLD_VERSION: (d: OfItem & { readonly version: number; readonly floor: number }) =>
    `${item(d)} has version ${d.version}, but the floor is ${d.floor}. ` +
    `Lower the floor and restore the upgrades from version ${d.version}, or delete the item.`,
  UPGRADE_FAILED: (d: OfItem & { readonly from: number; readonly to: number; readonly method: string }) =>
    `${item(d)} could not be upgraded from version ${d.from} to ${d.to}: ${d.method} failed, see the cause. ` +
    `Fix the upgrade so that it accepts the item.`,
  DOWNGRADE_FAILED: (d: OfItem & { readonly from: number; readonly to: number; readonly method: string }) =>
    `${item(d)} could not be downgraded from version ${d.from} to ${d.to}: ${d.method} failed, see the cause. ` +
    `Fix the downgrade so that it accepts the item.`,
  INVALID_UPGRADE_RESULT: (d: { readonly method: string; readonly found: string }) =>
    `${d.method} returned ${d.found}. ` +
    `An upgrade must return an item, or change the item that it receives and return nothing.`,
  PROTECTED_ATTRIBUTE: (d: { readonly method: string; readonly attribute: string }) =>
    `${d.method} changed ${d.attribute}. ` +
    `Keys, their parts, the discriminator and the version must stay as they are; the mapper sets the version.`,
  STEP_TYPE: (d: { readonly attribute: string; readonly expected: string; readonly found: string }) =>
    `${d.attribute} is ${d.found}, but the step expects ${d.expected}. ` +
    `Convert the value in an earlier step, or write this upgrade as a method.`,
  ATTRIBUTE_TYPE: (d: OfItem & { readonly attribute: string; readonly expected: string; readonly found: string }) =>
    `${item(d)}: ${d.attribute} is ${d.found}, but its declared type is ${d.expected}. ` +
    `${d.found === 'null' ? 'Declare it { nullable: true }, convert' : 'Convert'} it in an upgrade, ` +
    `change the type, or set onTypeMismatch: 'keep'.`,
  KEY_MISMATCH: (d: OfItem & { readonly member: string; readonly template: string; readonly problem: string }) =>
    `${item(d)}: the key ${d.member} ${d.problem}. ` +
    `It must match the template ${d.template}, filled in with the item's attributes: fix the stored item.`,
  WRONG_ENTITY: (d: OfItem & { readonly attribute: string }) =>
    `The item ${formatKey(d.key)} isn't a ${d.entity}: its discriminator ${d.attribute} is that of another class. ` +
    `Read it through the repository of that class.`,
  INVALID_WIRE_VALUE: (d: OfPath & { readonly found: string }) =>
    `${d.path || 'The item'} is ${d.found}. ` +
    `A wire item has an AttributeValue for each attribute, such as { S: 'text' }; pass plain items to upgradeItem().`,
  HYDRATION_FAILED: (d: OfItem & { readonly member: string }) =>
    `${item(d)}: ${d.member} threw while the entity was created or stored, see the cause. ` +
    `The constructor is called without arguments; setters and transforms must accept any stored value.`,
  UNREADABLE_CHANGE: (
    d: OfItem & {
      readonly image: 'before' | 'after';
      readonly sequenceNumber: string | undefined;
      readonly reason: string;
    },
  ) =>
    `${item(d)} can't be read as it was ${d.image} the change ${d.sequenceNumber ?? 'without a sequence number'}: ` +
    `${d.reason}, see the cause. Records of streams hold items of every version that was stored while they last.`,
  UNKNOWN_CHANGE: (d: {
    readonly key: ErrorKey;
    readonly sequenceNumber: string | undefined;
    readonly table: string | undefined;
    readonly known: readonly string[];
  }) =>
    `The change ${d.sequenceNumber ?? 'without a sequence number'} of ${formatKey(d.key)}` +
    `${d.table === undefined ? '' : ` in ${d.table}`} is of none of these classes: ${list(d.known)}. ` +
    `Add its class to the entities, or leave out { unknown: 'throw' }.`,

  // a value that can't be stored
  UNSUPPORTED_VALUE: (d: OfPath & { readonly found: string }) =>
    `${d.path} holds ${d.found}, which can't be stored. Store one of the types in docs/types.md.`,
  INVALID_NUMBER: (d: OfPath & { readonly found: string }) =>
    `${d.path} holds ${d.found}. ` +
    `A stored number has at most 38 digits and a magnitude from 1e-130 to 1e126; use bigint for integers beyond 2^53.`,
  INVALID_NAME: (d: OfPath) => `${d.path} has an attribute with an empty name. Names need at least one character.`,
  EMPTY_SET: (d: OfPath) =>
    `${d.path} is an empty Set inside another value, which engines refuse. Leave it out instead.`,
  CIRCULAR_VALUE: (d: OfPath) => `${d.path} contains itself. Store the id of the object that it refers to instead.`,
  TOO_DEEP: (d: OfPath & { readonly limit: number }) =>
    `${d.path} is nested deeper than the ${d.limit} levels that engines can store. Flatten the value.`,
  INVALID_KEY_VALUE: (d: OfMember & { readonly expected: string; readonly found: string }) =>
    `${d.class}: the key ${d.member} is ${d.found}. Expected: ${d.expected}.`,
  MISSING_ATTRIBUTE: (d: OfItem & { readonly members: readonly string[] }) =>
    `${item(d)} has no ${list(d.members)}. ` +
    `Set what is missing, give it a default, or declare it { optional: true }.`,
  INVALID_VALUE: (d: OfItem & { readonly path: string; readonly problem: string }) =>
    `${item(d)} can't be stored: ${d.path} ${d.problem}.`,
  INVALID_ENTITY: (d: OfItem & { readonly issues: readonly { readonly path: string; readonly message: string }[] }) =>
    `${item(d)} isn't valid: ` +
    `${d.issues.map(({ message, path }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}. ` +
    `Set what its schema asks for; for a stored item, add an upgrade.`,
  INVALID_SCHEMA: (d: OfClass & { readonly problem: string }) =>
    `The schema of ${d.class} ${d.problem}. A schema of @Entity must judge values synchronously.`,
  UNKNOWN_ATTRIBUTE: (d: OfMember & { readonly known: readonly string[] }) =>
    `${d.class} has no attribute ${d.member}. Its attributes: ${list(d.known)}.`,
  INCOMPLETE_KEY: (
    d: OfItem & { readonly member: string; readonly template: string; readonly missing: readonly string[] },
  ) =>
    `${item(d)}: the update sets parts of ${d.member}, whose template is ${d.template}, but not ${list(d.missing)}. ` +
    `Set those, too; otherwise the index would keep the item under its old key.`,

  // a write that was not done
  ALREADY_EXISTS: (d: OfItem) => `${item(d)} exists already. Use put() to replace it.`,
  NOT_FOUND: (d: OfItem) => `${item(d)} does not exist. It may have been deleted in the meantime.`,
  AMBIGUOUS_KEY: (d: OfItem) => `${item(d)} isn't found, but may be stored under another notation of its key.`,
  CONFLICT: (d: OfItem) =>
    `${item(d)} was changed by another writer since it was read. Read it again and repeat the change.`,
  CONDITION_FAILED: (d: OfItem) =>
    `${item(d)} does not meet the condition, so nothing was stored. ` +
    `The method current() of this error returns what is stored.`,
  CONDITION_TOO_LARGE: (d: OfItem) =>
    `${item(d)} can't be stored: the condition that nobody else has changed it is longer than engines accept. ` +
    `Save it with { overwrite: true }, or put() it.`,
  DYNAMIC_UPGRADE: (d: OfItem & { readonly methods: readonly string[]; readonly from: number; readonly to: number }) =>
    `${item(d)} is of version ${d.from}, and it is unknown which attributes its upgrade to version ${d.to} looks at ` +
    `(${list(d.methods)}): a change that another writer makes meanwhile could get lost. Nothing was stored. ` +
    `Declare them with { reads: ['attribute'] } in the options of @Upgrade, or give the class a @Revision.`,
  DOWNGRADE_LOSES: (
    d: OfItem & { readonly version: number; readonly newest: number; readonly attributes: readonly string[] },
  ) =>
    `${item(d)} can't be stored as version ${d.version} without loss: ` +
    `read again as version ${d.newest}, it would differ in ${list(d.attributes)}. ` +
    `Store what version ${d.version} can hold, fix the downgrade, or write the newest version.`,
  UNFENCED_COMMAND: (d: OfClass & { readonly command: string; readonly problem: string }) =>
    `${d.class}: dynamodb-toolbox's ${d.command} ${d.problem}.`,
  PARTIAL_ENTITY: (d: { readonly entity: string }) =>
    `This ${d.entity} was read with { attributes } and is incomplete: storing it would lose its other attributes. ` +
    `Read it without that option, or change it with update().`,
  CHANGE_IMAGE: (d: { readonly entity: string }) =>
    `This ${d.entity} is from a change of a stream and shows the item as it was then: ` +
    `storing it would undo what happened since. Read the item with get(), and store that.`,
  MISSING_PARENT: (d: OfItem & { readonly paths: readonly string[] }) =>
    `${item(d)} lacks the maps or lists that contain ${list(d.paths)}. Set the outermost missing one as a whole.`,
  FENCE_REQUIRED: (d: OfCall & { readonly with?: string }) =>
    `${d.call}${d.with ? ` with ${d.with}` : ''} needs conditional writes, but the mapper was created with fence: false. ` +
    `Create it without that option, on a table whose isolation allows conditional writes.`,
  WRITES_FORBIDDEN: (d: { readonly table: string }) =>
    `The table ${d.table} forbids conditional writes: ` +
    `its tag system:write_isolation, or the server's flag, says forbid_rmw. ` +
    `Tag it always_use_lwt, or give up conditional writes with the mapper's option fence: false.`,

  // a request that was not sent, or not answered
  INVALID_ARGUMENT: (d: OfCall & { readonly argument: string; readonly problem: string }) =>
    `${d.call}: ${d.argument} ${d.problem}.`,
  INVALID_CONDITION: (d: OfClass & { readonly at: string; readonly problem: string }) =>
    `${d.class}: ${d.at} ${d.problem}.`,
  INVALID_CURSOR: (d: { readonly problem: string }) =>
    `The cursor ${d.problem}. Start from the first page, or pass a cursor of this very query.`,
  AWAITED_QUERY: (d: OfCall) =>
    `${d.call} was awaited, which sends nothing. Await its results: call all(), first(), count() or page() on it, ` +
    `or iterate over them with for await.`,
  INDEX_MAY_MISS_ITEMS: (d: OfClass & { readonly index: string; readonly since: number; readonly floor: number }) =>
    `${d.class}: the index ${d.index} holds items since version ${d.since}, ` +
    `but versions from ${d.floor} may be stored. ` +
    `Rewrite the older items and declare the index { complete: true }, or raise the floor; ` +
    `a writeVersion below ${d.since} has to go first.`,
  REQUEST_FAILED: (d: { readonly operation: string; readonly table: string; readonly reason: string }) =>
    `${d.operation} on ${d.table} failed: ${d.reason}. ${firstSteps.get(d.reason) ?? 'See the cause.'}`,
  UNPROCESSED_KEYS: (d: { readonly table: string; readonly count: number; readonly attempts: number }) =>
    `The engine left ${d.count} keys of ${d.table} unprocessed after ${d.attempts} attempts. ` +
    `It is throttling: try again later, or with fewer keys.`,
  WRITE_QUEUE_FULL: (d: { readonly table: string; readonly waiting: number }) =>
    `Nothing was sent: ${d.waiting} conditional writes wait already for the same partition of ${d.table}. ` +
    `Write more slowly, spread the items over more partitions, or raise conditionalWrites.queueSize of the mapper.`,
  TABLE_NOT_READY: (d: { readonly table: string; readonly status: string; readonly seconds: number }) =>
    `The table ${d.table} is still ${d.status} after ${d.seconds} seconds. ` +
    `Check the state of the engine, then call again.`,
  TABLE_MISMATCH: (d: { readonly table: string; readonly problem: string }) =>
    `The table ${d.table} ${d.problem}. Call verifyTables() for a list of all differences.`,
  NAME_TOO_LONG: (d: {
    readonly table: string;
    readonly index: string | undefined;
    readonly length: number;
    readonly limit: number;
  }) =>
    `The name of the table ${d.table}${d.index === undefined ? ' has' : ` and that of its index ${d.index} have`} ` +
    `${d.length} characters${d.index === undefined ? '' : ' together'}, and ScyllaDB takes ${d.limit}. ` +
    `Shorten it, or the mapper's tablePrefix.`,
  TABLETS_UNSUPPORTED: (d: {
    readonly table: string;
    readonly what: 'indexes' | 'time to live' | 'streams' | 'tablets' | 'vnodes';
    readonly versions: string;
    readonly tag: string;
    readonly needs: string;
  }) =>
    d.what === 'vnodes'
      ? `The table ${d.table} can't be created without tablets, as its tag ${d.tag} asks. ` +
        `On ScyllaDB ${d.versions}, that needs ${d.needs}. Otherwise leave out initialTablets: 'none'.`
      : `The table ${d.table} can't have ${d.what === 'tablets' ? d.what : `${d.what} on tablets`}. ` +
        `On ScyllaDB ${d.versions}, that needs ${d.needs}. Otherwise create the table without tablets: ` +
        `createTables({ initialTablets: 'none' }), which sets its tag ${d.tag}. A table that exists keeps its tablets.`,
  STREAM_VIEW: (d: { readonly table: string | undefined; readonly found: string }) =>
    `${d.table === undefined ? 'The stream' : `The table ${d.table}`} has ${d.found}, ` +
    `but changes need the view NEW_AND_OLD_IMAGES. ` +
    `Turn the stream off, and on again with createTables({ streams: 'NEW_AND_OLD_IMAGES' }).`,
  TRIMMED_DATA: (d: { readonly table: string; readonly shard: string; readonly since: string | undefined }) =>
    `The stream of ${d.table} no longer has all changes of the shard ${d.shard}: ` +
    `some are missing ${d.since ? `since ${d.since}` : 'from before its first that was read'}. ` +
    `Rebuild what depends on them, then go on with { onTrimmed }.`,
  MAPPER_CLOSED: (d: OfCall) => `${d.call} was called after close(). Create a new Mapper.`,
  MISSING_PEER: (d: { readonly package: string; readonly needed: string; readonly install?: string }) =>
    `${d.needed} needs the package ${d.package}. Install it: ${d.install ?? `npm install --save-dev ${d.package}`}`,

  // a file that tests and tools read
  INVALID_SAMPLE: (d: { readonly file: string; readonly problem: string }) =>
    `The sample ${d.file} ${d.problem}. ` +
    `A sample is a stored document in wire JSON or plain JSON, one object in each file.`,
  INVALID_SCHEMA_LOCK: (d: { readonly file: string; readonly problem: string; readonly fix: string }) =>
    `The schema lock ${d.file} ${d.problem}. ${d.fix}.`,
  INVALID_CONFIG: (d: { readonly file: string; readonly problem: string }) =>
    `${d.file} ${d.problem}. See docs/cli.md for what a configuration exports.`,
} as const satisfies Readonly<Record<string, (details: never) => string>>;

function formatKey(key: ErrorKey): string {
  const parts = Object.entries(key).map(([name, value]) => `${name}: ${formatKeyValue(value)}`);
  return parts.length === 0 ? '(no key)' : `{ ${parts.join(', ')} }`;
}

/** How much of a key's text a message shows. */
const longestValue = 200;

/**
 * A message in one line and without control characters: names and keys come from data, and what stands in a log or
 * terminal must not be theirs to decide.
 */
export function escapeControls(message: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is escaped
  return message.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return character === '\n' ? String.raw`\n` : String.raw`\u${code}`;
  });
}

/** A value of a key as text, for a message. */
export function formatKeyValue(value: unknown): string {
  if (value instanceof Uint8Array) return `base64 ${Buffer.from(value).toString('base64')}`;
  if (typeof value === 'string') return `'${value.length > longestValue ? `${value.slice(0, longestValue)}…` : value}'`;
  // not a valid key, and perhaps an object without toString
  return isMapOrList(value) ? 'not a key' : String(value);
}

function isMapOrList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
