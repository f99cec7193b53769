import {
  Entity,
  EntityAction,
  EntityRepository,
  PutItemCommand,
  type Table,
  UpdateAttributesCommand,
  UpdateItemCommand,
} from 'dynamodb-toolbox';
import { decodeItem } from '../codec/decode.js';
import { MapperError } from '../errors.js';
import type { ItemContext } from '../read/entity-context.js';
import { CurrentWrite } from './current-write.js';
import { type EntitySchema, entitySchema } from './entity-schema.js';

type Condition = object;
type Method = (...given: unknown[]) => unknown;
type Fence = 'put' | 'update' | 'delete' | 'read' | 'none';

/** By the toolbox's name of a command: which fence it needs; `none` for one that can't have any. */
const fences = new Map<string, Fence>([
  ['put', 'put'],
  ['transactPut', 'put'],
  ['updateItem', 'update'],
  ['updateAttributes', 'update'],
  ['transactUpdate', 'update'],
  ['delete', 'delete'],
  ['transactDelete', 'delete'],
  ['get', 'read'],
  ['transactGet', 'read'],
  ['batchPut', 'none'],
]);

type ActionClass = new (entity: Entity) => EntityAction;

/**
 * An entity of the toolbox whose commands write what this package writes: the version and what every write generates,
 * on the condition that nothing newer and nothing of another class is stored.
 */
export function fencedEntity(context: ItemContext<object>, table: Table): Entity {
  const write = new CurrentWrite(context);
  const schema = entitySchema(context, write);
  const entity = new Entity({
    name: context.model.name,
    table,
    schema: schema.schema,
    computeKey: (parts: object) => decodeItem(context.keys.encode(parts)),
    entityAttribute: false,
    timestamps: false,
  } as never);
  const fence = new Fencing(context, write, schema, entity);
  Object.defineProperty(entity, 'build', { value: (Action: ActionClass) => fence.guarded(new Action(entity)) });
  return entity;
}

class Fencing {
  readonly #context: ItemContext<object>;
  readonly #write: CurrentWrite;
  readonly #schema: EntitySchema;
  readonly #entity: Entity;

  constructor(context: ItemContext<object>, write: CurrentWrite, schema: EntitySchema, entity: Entity) {
    this.#context = context;
    this.#write = write;
    this.#schema = schema;
    this.#entity = entity;
  }

  /** An action whose request, and that of every action that it returns, carries the fence. */
  guarded(action: EntityAction): EntityAction {
    const name = (action.constructor as typeof EntityAction).actionName;
    return new Proxy(action, {
      get: (target, member, receiver) => {
        const own = name === EntityRepository.actionName ? this.#repositoryMethod(member) : undefined;
        const value: unknown = own ?? Reflect.get(target, member, receiver);
        if (typeof value !== 'function') return value;
        if (member === 'params' && fences.has(name)) return () => this.#params(name, target);
        if (member === 'constructor') return value;
        return (...given: unknown[]) => {
          const result: unknown = (value as Method).apply(receiver, given);
          return result instanceof EntityAction ? this.guarded(result) : result;
        };
      },
    });
  }

  /** A repository of the toolbox makes its commands without `build`. */
  #repositoryMethod(member: string | symbol): Method | undefined {
    const commands = { put: PutItemCommand, update: UpdateItemCommand, updateAttributes: UpdateAttributesCommand };
    if (typeof member !== 'string' || !Object.hasOwn(commands, member)) return undefined;
    const Command = commands[member as keyof typeof commands] as unknown as ActionClass;
    return (given, options = {}) => {
      const command = this.guarded(new Command(this.#entity)) as unknown as ItemCommand;
      return command.item(given).options(options).send();
    };
  }

  #params(name: string, action: EntityAction): unknown {
    const fence = fences.get(name) as Fence;
    if (fence === 'read') return this.#wholeItem(name, (action as EntityAction & { params(): unknown }).params());
    this.#assertFenced(name, fence);
    const fenced = this.#context.isFenced ? withCondition(action, this.#condition(fence)) : action;
    return this.#write.run(() => (fenced as EntityAction & { params(): unknown }).params());
  }

  /** A request that reads the version with the rest: without it, an old item would pass for one of today. */
  #wholeItem(command: string, params: unknown): unknown {
    const { ProjectionExpression: projection } = { ...((params as { Get?: object }).Get ?? (params as object)) } as {
      ProjectionExpression?: string;
    };
    if (projection === undefined) return params;
    throw this.#refused(command, 'reads attributes without the version; read whole items, or use the repository');
  }

  #refused(command: string, problem: string): MapperError {
    return new MapperError('UNFENCED_COMMAND', { class: this.#context.model.name, command, problem });
  }

  #assertFenced(command: string, fence: Fence): void {
    const { isFenced, model, writeVersion } = this.#context;
    const refuse = (problem: string) => this.#refused(command, problem);
    if (fence === 'delete') return;
    const version = writeVersion();
    if (version < model.version) {
      throw refuse(`stores version ${model.version}, but the mapper's writeVersion says ${version}`);
    }
    if (fence === 'none') throw refuse('has no condition; use a transaction, or putMany() of the repository');
    if (fence === 'update' && !isFenced) {
      throw refuse('needs conditional writes, but the mapper was created with fence: false');
    }
  }

  #condition(fence: Fence): Condition[] {
    const { model } = this.#context;
    const { discriminatorProperty, versionProperty } = this.#schema;
    const partition = model.partitionKey.property;
    const { discriminator } = model;
    const kind: Condition[] = [];
    if (discriminator && discriminatorProperty !== undefined) {
      const same = { attr: discriminatorProperty, eq: discriminator.value };
      const ofThisClass = discriminator.default === true ? { or: [isAbsent(discriminatorProperty), same] } : same;
      kind.push(fence === 'update' ? ofThisClass : { or: [isAbsent(partition), ofThisClass] });
    }
    if (fence === 'delete') return kind;
    if (fence === 'put') {
      return [{ or: [isAbsent(versionProperty), { attr: versionProperty, lte: model.version }] }, ...kind];
    }
    const current = { attr: versionProperty, eq: model.version };
    const isCurrent = model.version === model.chain.initial ? { or: [isAbsent(versionProperty), current] } : current;
    return [{ attr: partition, exists: true }, isCurrent, ...kind];
  }
}

interface ItemCommand {
  item(item: unknown): ItemCommand;
  options(options: unknown): ItemCommand;
  send(): unknown;
}

const isAbsent = (attr: string): Condition => ({ attr, exists: false });

interface Conditional {
  options(next: (previous: { readonly condition?: Condition }) => object): EntityAction;
}

/** The action on further conditions. */
function withCondition(action: EntityAction, conditions: readonly Condition[]): EntityAction {
  if (conditions.length === 0) return action;
  return (action as unknown as Conditional).options((options) => {
    const all = options.condition ? [...conditions, options.condition] : conditions;
    return { ...options, condition: { and: all } };
  });
}
