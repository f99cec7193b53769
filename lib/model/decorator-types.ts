import type { StepList } from '../upgrade/steps/steps.js';
import type { Class } from './class.js';
import type { StandardContext } from './decorator-target.js';
import type { IndexKeyOf, IndexNameOf } from './index-type.js';

/**
 * A class decorator, for experimental and for standard decorators; also callable as a function,
 * `Entity({ table: 't' })(Session)`.
 */
export type EvolveClassDecorator = (target: Class, context?: { readonly kind: 'class' }) => void;

/**
 * The decorator of an index, a class decorator. That a class which declares its `[indexes]` declares this index
 * differently is a compile error that says so.
 */
export type EvolveIndexDecorator<
  Name extends string,
  PartitionKey extends string | undefined,
  SortKey extends string | undefined,
> = <Target extends Class>(
  target: Target & NoInfer<JudgedIndex<Name, PartitionKey, SortKey, Target>>,
  context?: { readonly kind: 'class' },
) => void;

/**
 * A member decorator, for experimental and for standard decorators; also callable as a function,
 * `Attribute()(Session.prototype, 'title')`. What it can't be on is a compile error that says why.
 */
export type EvolveMemberDecorator<Rule extends DecoratorRule = AnyRule> = <
  Target,
  Member extends string | symbol | object,
  Descriptor = undefined,
>(
  target: Target,
  member: Member & NoInfer<Judged<Rule, Target, Member, Descriptor>>,
  descriptor?: Descriptor,
) => void;

/** Why a decorator can't be where it is. No value has this type. */
export interface Misuse<Reason extends string> {
  readonly misuse: Reason;
}

/** What a decorator says, as far as it decides where the decorator can be. */
interface DecoratorRule {
  readonly decorator: string;
  readonly on: 'step' | 'key' | 'attribute' | 'time' | 'value';
  /** Whether it says the type of the property. */
  readonly typed: boolean;
  readonly default: unknown;
}
interface AnyRule extends DecoratorRule {
  readonly decorator: 'The decorator';
  readonly on: 'value';
  readonly typed: true;
  readonly default: never;
}
export interface StepRule<Decorator extends string> extends AnyOf<Decorator, 'step'> {}
export interface ValueRule<Decorator extends string> extends AnyOf<Decorator, 'value'> {}
export interface KeyRule<Decorator extends string, Type> extends AnyOf<Decorator, 'key'> {
  readonly typed: IsGiven<Type>;
}
export interface TimeRule<Decorator extends string, Type> extends AnyOf<Decorator, 'time'> {
  readonly typed: IsGiven<Type>;
}
export interface AttributeRule<Type, Default> extends AnyOf<'@Attribute', 'attribute'> {
  readonly typed: IsGiven<Type>;
  readonly default: Default;
}
interface AnyOf<Decorator extends string, On extends DecoratorRule['on']> {
  readonly decorator: Decorator;
  readonly on: On;
  readonly typed: boolean;
  readonly default: unknown;
}
type IsGiven<Type> = [Type] extends [undefined] ? false : true;

type JudgedIndex<Name extends string, PartitionKey, SortKey, Target> =
  Target extends Class<infer Entity>
    ? Name extends IndexNameOf<Entity>
      ? [PartitionKey, SortKey] extends [SaidKey<Entity, Name, 'partitionKey'>, SaidKey<Entity, Name, 'sortKey'>]
        ? unknown
        : Misuse<`[indexes] of the class says other keys of ${Name} than @Index`>
      : Misuse<`[indexes] of the class doesn't name ${Name}`>
    : unknown;

type SaidKey<Entity, Name extends string, Key extends 'partitionKey' | 'sortKey'> = [
  IndexKeyOf<Entity, Name, Key>,
] extends [never]
  ? undefined
  : string extends IndexKeyOf<Entity, Name, Key>
    ? unknown
    : IndexKeyOf<Entity, Name, Key>;

// The verdict knows neither the member nor, but for being static, the class: the compiler reaches it once for all
// properties of a type. As the branch of another conditional type, it would be reached anew each time.
type Judged<Rule extends DecoratorRule, Target, Member, Descriptor> = Verdict<
  Rule,
  IsClass<Target>,
  Found<Target, Member, Descriptor>
>;

/** The type of the member, as far as it is known; from standard decorators, what they are told besides. */
type Found<Target, Member, Descriptor> = Member extends keyof Target
  ? Target[Member]
  : Member extends InstanceContext<infer Value>
    ? Told<Target, Value>
    : FoundElsewhere<Member, Descriptor>;

type FoundElsewhere<Member, Descriptor> = Member extends string | symbol
  ? Descriptor extends TypedPropertyDescriptor<infer Value>
    ? Value
    : unknown
  : Member extends { readonly private: true }
    ? Told<'private', never>
    : Member extends { readonly access: { get(object: never): infer Value } }
      ? Told<'static', Value>
      : Member extends StandardContext & { readonly kind: 'class' }
        ? Told<'class', never>
        : Member extends StandardContext
          ? unknown
          : Told<'class', never>;

/** What standard decorators are told of a member of instances that isn't private. */
interface InstanceContext<Value> {
  readonly static: false;
  readonly private: false;
  readonly access: { get(object: never): Value };
}

declare const place: unique symbol;
/** Where a standard decorator is: of what is in instances it gets the value, which for fields is `undefined`. */
interface Told<Place, Value> {
  readonly [place]: Place;
  readonly value: Value;
}

type Verdict<Rule extends DecoratorRule, Static, Member> =
  IsAny<Member> extends true
    ? JudgedMember<Rule, Static, unknown>
    : [Member] extends [Told<infer Place, infer Value>]
      ? StandardVerdict<Rule, Place, Value>
      : JudgedMember<Rule, Static, Member>;

type JudgedMember<Rule extends DecoratorRule, Static, Value> = Rule['on'] extends 'step'
  ? JudgedStep<Rule['decorator'], false, Value>
  : Static extends true
    ? Misuse<`${Rule['decorator']} belongs on a property of instances, not on a static one`>
    : JudgedValue<Rule, Value>;

/** Standard decorators aren't told the property's type. */
type StandardVerdict<Rule extends DecoratorRule, Place, Value> = Place extends 'class'
  ? Misuse<`${Rule['decorator']} belongs on a member of the class`>
  : Place extends 'private'
    ? Misuse<`${Rule['decorator']} can't be on a private member`>
    : Rule['on'] extends 'step'
      ? JudgedStep<Rule['decorator'], Place extends undefined ? true : false, Value>
      : Place extends 'static'
        ? JudgedMember<Rule, true, Value>
        : unknown extends JudgedValue<Rule, Value>
          ? [Rule['typed'], NeedsType<Rule['on'], Value>] extends [false, true]
            ? Misuse<`${Rule['decorator']} needs a type, because standard decorators don't know the property's: { type: '${NeededType<Rule['on'], Value>}' }`>
            : unknown
          : JudgedValue<Rule, Value>;

type JudgedValue<Rule extends DecoratorRule, Value> =
  IsAny<Value> extends true
    ? unknown
    : [Value] extends [Method]
      ? Misuse<`${Rule['decorator']} belongs on a property, not on a method`>
      : Rule['default'] extends Value | undefined
        ? unknown
        : IsDefaultObject<Rule['default'], Value> extends true
          ? unknown
          : Misuse<"The default of @Attribute isn't a value of the property">;

type NeedsType<On extends DecoratorRule['on'], Value> =
  IsAny<Value> extends true
    ? false
    : On extends 'key'
      ? true
      : On extends 'time'
        ? IsDate<Value> extends true
          ? false
          : true
        : On extends 'attribute'
          ? NeverAsStored<Value>
          : false;

type NeededType<On extends DecoratorRule['on'], Value> = On extends 'key'
  ? 'string'
  : On extends 'time'
    ? 'number'
    : TypeNameOf<Value>;

type JudgedStep<Decorator extends string, OnInstanceField, Value> =
  IsAny<Value> extends true
    ? unknown
    : [Value] extends [StepList]
      ? OnInstanceField extends true
        ? Misuse<`${Decorator} belongs on a static field: steps(…) of an instance aren't there before it is made`>
        : unknown
      : [Value] extends [Method]
        ? OnInstanceField extends true
          ? Misuse<`${Decorator} belongs on a method or a static field`>
          : [Value] extends [(...args: never[]) => PromiseLike<unknown>]
            ? Misuse<`${Decorator} belongs on a synchronous method`>
            : unknown
        : Misuse<`${Decorator} belongs on a method, or on a static field that holds steps(…)`>;

// oxlint-disable-next-line typescript/no-explicit-any -- any method, whatever it takes
type Method = (...args: any[]) => unknown;
/** Whether nothing is known about a type, or nothing can have it. */
type IsAny<Value> = unknown extends Value ? true : [Value] extends [never] ? true : false;

type IsClass<Target> =
  IsAny<Target> extends true ? false : Target extends abstract new (...args: never[]) => unknown ? true : false;

type IsDate<Value> = Date extends Value ? true : false;

/** Whether a property's values are never what engines store, so that reading them without a type would be wrong. */
type NeverAsStored<Value> = [NonNullable<Value>] extends [Date | bigint | ReadonlyMap<unknown, unknown>] ? true : false;
type TypeNameOf<Value> = [NonNullable<Value>] extends [Date]
  ? 'date'
  : [NonNullable<Value>] extends [bigint]
    ? 'bigint'
    : 'map';

/** Whether a default may be a value. Objects are only told from other values: `new Set()` is a Set of anything. */
type IsDefaultObject<Default, Value> =
  IsAny<Default> extends true
    ? true
    : [Default] extends [object]
      ? [Extract<Value, object>] extends [never]
        ? false
        : true
      : false;
