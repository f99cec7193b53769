import {
  Attribute,
  type Class,
  Downgrade,
  Entity,
  type Item,
  PartitionKey,
  Revision,
  type StepList,
  UpdatedAt,
  Upgrade,
  type UpgradeOptions,
  Versioned,
  type WireItem,
} from 'dynamo-evolve';

/** An item of a search. */
export type Thing = { id: string } & Record<string, unknown>;

type Step = ((item: Item) => unknown) | StepList;

/** An upgrade chain, what is stored before a search, and what its writers write. */
export interface Chain {
  readonly name: string;
  /** The newest class. */
  readonly newest: Class<Thing>;
  /** What code that was never updated has: the class of an older version. */
  readonly older: readonly Class<Thing>[];
  readonly hasRevision: boolean;
  /** Whether attributes that its steps don't name can change what they do. */
  readonly isDynamic: boolean;
  readonly initial: readonly WireItem[];
  /** What new code changes: something that the chain is about, and something else. */
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  /** What code of the oldest version changes. */
  readonly olderChange: Readonly<Record<string, unknown>>;
  /** What code that knows nothing of versions sets in the items of the oldest shape. */
  readonly rawChanges: readonly WireItem[];
}

interface ChainOptions extends Omit<Chain, 'name' | 'newest' | 'older' | 'hasRevision' | 'isDynamic' | 'initial'> {
  /** The declared attributes, version by version. */
  readonly attributes: readonly (readonly string[])[];
  /** The steps, version by version. */
  readonly steps: readonly Step[];
  /** The ways back of steps by hand, version by version. */
  readonly backs?: readonly Step[];
  readonly stored: readonly WireItem[];
  readonly revision?: boolean;
  readonly isDynamic?: boolean;
  /** What the upgrades say of themselves. */
  readonly says?: UpgradeOptions;
  /** Whether every write of a mapper sets a time; it does unless given. */
  readonly times?: boolean;
}

/** Makes the classes of a chain, one for each version. */
export function chain(name: string, options: ChainOptions): Chain {
  const {
    attributes,
    backs = [],
    changes,
    isDynamic = false,
    olderChange,
    rawChanges,
    revision = false,
    says = {},
    steps,
    stored,
    times = true,
  } = options;
  const classes = attributes.map((_, at) =>
    entityClass(at + 1, attributes[at] ?? [], {
      steps: steps.slice(0, at),
      backs: backs.slice(0, at),
      revision,
      says,
      times,
    }),
  );
  const initial = stored.map((item) => ({
    id: { S: 'thing' },
    ...item,
    ...(revision && { revision: { S: 'first' } }),
  }));
  const newest = classes.at(-1) as Class<Thing>;
  const older = classes.slice(0, -1);
  return { name, newest, older, hasRevision: revision, isDynamic, initial, changes, olderChange, rawChanges };
}

interface ClassOptions {
  readonly steps: readonly Step[];
  readonly backs: readonly Step[];
  readonly revision: boolean;
  readonly says: UpgradeOptions;
  readonly times: boolean;
}

function entityClass(
  version: number,
  attributes: readonly string[],
  { backs, revision, says, steps, times }: ClassOptions,
) {
  class Stored {
    declare id: string;
    [property: string]: unknown;
  }
  const target = Stored as unknown as Class<Thing>;
  PartitionKey({ type: 'string' })(Stored.prototype, 'id');
  for (const attribute of attributes) Attribute({ optional: true })(Stored.prototype, attribute);
  if (times) UpdatedAt({ type: 'string' })(Stored.prototype, 'updated_at');
  if (revision) Revision({ type: 'string' })(Stored.prototype, 'revision');
  for (const [at, step] of steps.entries()) {
    Object.defineProperty(Stored, `step${at + 1}`, { value: step });
    Upgrade(at + 1, at + 2, says)(Stored, `step${at + 1}`);
  }
  for (const [at, back] of backs.entries()) {
    Object.defineProperty(Stored, `back${at + 1}`, { value: back });
    Downgrade(at + 2, at + 1)(Stored, `back${at + 1}`);
  }
  Versioned(version)(target);
  Entity({ table: 'things' })(target);
  return target;
}
