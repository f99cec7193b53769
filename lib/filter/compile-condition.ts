import { encodeValue } from '../codec/encode.js';
import type { WireValue } from '../codec/wire.js';
import {
  type DatesIn,
  isPath,
  operandsOf,
  type WireCondition,
  type WireOperand,
  type WirePath,
  type WirePredicate,
  type WireSubject,
} from '../codec/wire-condition.js';
import { wireTypes } from '../codec/wire-types.js';
import { isMapperError, MapperError } from '../errors.js';
import type { AttributeModel } from '../model/attribute-model.js';
import { type AttributePath, attributePath } from '../model/attribute-path.js';
import type { EntityModel } from '../model/entity-model.js';
import { isPlainObject } from '../item/plain-object.js';
import { wireTypeOf } from './compare.js';
import { orderOfDates } from './dates.js';
import { portablePredicate } from './portable-predicate.js';
import { isReference, referencedPath } from './reference.js';

/** What a condition is compiled for. */
export interface ConditionScope {
  readonly model: EntityModel;
  /** The stored form of a property's value, not yet encoded. */
  readonly storedValue: (attribute: AttributeModel, value: unknown) => unknown;
  /** A place in stored items, or why it has no meaning. */
  readonly placeAt: (path: AttributePath) => ConditionPlace | { readonly problem: string };
}

/** A place that a condition looks at. */
export interface ConditionPlace {
  /** Where it is, by stored names. */
  readonly path: WirePath;
  /** What is stored there for a value, before its wire form. */
  value(value: unknown): StoredOperand;
  /** What is stored for a part of the text there, or for a member of the Set or list. */
  part(value: unknown): StoredOperand;
  /**
   * Stored values with their dates in the notation that they are written in; without it, there are no dates as text.
   */
  readonly dates?: DatesIn;
}

/** An operand as it is stored, or why it can't be. */
export type StoredOperand = { readonly value: unknown } | { readonly problem: string };

/** What a condition names: an attribute, and the place in it. */
interface NamedPlace extends ConditionPlace {
  readonly attribute: AttributeModel;
}

/** How deep conditions may nest, and how many operands `in` may have. Engines refuse more. */
const maximumDepth = 64;
const mostOperands = 100;
/** More comparisons than any expression of 4,096 bytes can hold: what has more is refused before it takes time. */
const mostComparisons = 4_096;

const orders: readonly string[] = ['lt', 'lte', 'gt', 'gte'];
const comparisons: readonly string[] = ['eq', 'ne', ...orders, 'between', 'in'];
const operators: readonly string[] = [...comparisons, 'beginsWith', 'contains', 'exists', 'type'];

/**
 * Compiles a condition with property names to stored names and stored operands. `at` is its name in errors: `filter` or
 * `condition`. Throws `INVALID_CONDITION`, `UNKNOWN_ATTRIBUTE`, or the error of an operand that can't be stored.
 */
export function compileCondition(scope: ConditionScope, condition: unknown, at: string): WireCondition {
  return new ConditionCompiler(scope).compile(condition, at, 1);
}

class ConditionCompiler {
  readonly #scope: ConditionScope;
  #comparisons = 0;

  constructor(scope: ConditionScope) {
    this.#scope = scope;
  }

  compile(condition: unknown, at: string, depth: number): WireCondition {
    if (!isObject(condition)) {
      throw this.#refuse(at, "isn't a condition; expected { attr, … }, { size, … }, and, or, not");
    }
    if (depth > maximumDepth) throw this.#refuse(at, `is nested deeper than ${maximumDepth} levels`);
    const [first = ''] = Object.keys(condition);
    if (!['and', 'or', 'not'].includes(first)) return this.#predicate(condition, at);
    if (Object.keys(condition).length > 1) {
      throw this.#refuse(at, `has ${listOf(condition)}; expected one of them alone`);
    }
    const inner = condition[first];
    if (first === 'not') return { not: this.compile(inner, `${at}.not`, depth + 1) };
    if (!Array.isArray(inner) || inner.length === 0) {
      throw this.#refuse(`${at}.${first}`, "isn't a list of conditions; expected one or more");
    }
    const joined = inner.map((each, index) => this.compile(each, `${at}.${first}[${index}]`, depth + 1));
    return first === 'and' ? { and: joined } : { or: joined };
  }

  #predicate(condition: Record<string, unknown>, at: string): WireCondition {
    if (++this.#comparisons > mostComparisons) {
      throw this.#refuse(at, `is beyond the ${mostComparisons} comparisons that one condition can have`);
    }
    const isSize = Object.hasOwn(condition, 'size');
    if (isSize === Object.hasOwn(condition, 'attr')) {
      throw this.#refuse(at, `has ${listOf(condition)}; expected attr or size, which names what to compare`);
    }
    const { attr, size, ...rest } = condition;
    const [[operator, operand] = ['', undefined], ...others] = Object.entries(rest);
    const known = isSize ? comparisons : operators;
    if (!known.includes(operator) || others.length > 0) {
      const found = `has the operators ${Object.keys(rest).join(', ') || 'none'}`;
      throw this.#refuse(at, `${found}; expected just one of ${known.join(', ')}`);
    }
    const place = this.#placeOf(isSize ? size : attr, `${at}.${isSize ? 'size' : 'attr'}`);
    const encode = (value: unknown, where: string) =>
      isSize ? this.#encodeSize(value, where) : this.#encode(place, operator, value, where);
    const subject = { ...place.path, ...(isSize && { size: true as const }) };
    const compared = this.#compare(subject, operator, operand, `${at}.${operator}`, encode);
    return portablePredicate(isSize ? compared : withDates(compared, place.dates));
  }

  #compare(
    subject: WireSubject,
    operator: string,
    operand: unknown,
    at: string,
    encode: (value: unknown, at: string) => WireValue,
  ): WirePredicate {
    if (operator === 'exists') {
      if (typeof operand !== 'boolean') throw this.#refuse(at, 'is neither true nor false');
      return { ...subject, exists: operand };
    }
    if (operator === 'type') {
      const type = wireTypes.find((name) => name === operand);
      if (!type) throw this.#refuse(at, `isn't a type; expected one of ${wireTypes.join(', ')}`);
      return { ...subject, type };
    }
    const operandAt = (value: unknown, where: string) => this.#operand(subject, value, where, encode);
    if (operator === 'between') return { ...subject, between: this.#range(operand, at, operandAt) };
    if (operator === 'in') {
      if (!Array.isArray(operand) || operand.length === 0 || operand.length > mostOperands) {
        throw this.#refuse(at, `isn't a list of 1 to ${mostOperands} values`);
      }
      return { ...subject, in: operand.map((each, index) => operandAt(each, `${at}[${index}]`)) };
    }
    const compiled = operandAt(operand, at);
    if (orders.includes(operator)) this.#assertOrdered(compiled, at);
    return { ...subject, [operator]: compiled } as unknown as WirePredicate;
  }

  #range(
    range: unknown,
    at: string,
    operandAt: (value: unknown, at: string) => WireOperand,
  ): readonly [WireOperand, WireOperand] {
    if (!Array.isArray(range) || range.length !== 2) throw this.#refuse(at, "isn't a pair, [from, to]");
    const from = operandAt(range[0], `${at}[0]`);
    const to = operandAt(range[1], `${at}[1]`);
    this.#assertOrdered(from, `${at}[0]`);
    this.#assertOrdered(to, `${at}[1]`);
    if (!isPath(from) && !isPath(to)) {
      const order = orderOfDates(from, to);
      if (order === undefined) throw this.#refuse(at, 'has two values of different types');
      if (order > 0) throw this.#refuse(at, 'has a first value above the second one');
    }
    return [from, to];
  }

  #operand(
    subject: WireSubject,
    value: unknown,
    at: string,
    encode: (value: unknown, at: string) => WireValue,
  ): WireOperand {
    if (value === undefined) throw this.#refuse(at, 'is undefined; ask for { exists } to find what is absent');
    if (!isReference(value)) {
      if (looksLikeReference(value)) {
        throw this.#refuse(at, 'is an object with nothing but attr; name another attribute by ref(path)');
      }
      return encode(value, at);
    }
    const { dates, path } = this.#placeOf(referencedPath(value), at);
    const named = { ...path, ...(dates && !subject.size && { dates }) };
    // the size of a value isn't the value
    if (!subject.size && isSamePlace(subject, named)) throw this.#refuse(at, 'names what it is compared with');
    return named;
  }

  #encode(place: NamedPlace, operator: string, value: unknown, at: string): WireValue {
    if (operator === 'beginsWith' && typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw this.#refuse(at, 'is neither a string nor bytes');
    }
    if (operator === 'beginsWith' || operator === 'contains') return this.#encodeStored(place.part(value), at);
    const stored = place.path.within
      ? this.#encodeStored(place.value(value), at)
      : encodeValue(this.#stored(place.attribute, value, at), at);
    return place.dates?.(stored) ?? stored;
  }

  #encodeStored(stored: StoredOperand, at: string): WireValue {
    if ('problem' in stored) throw this.#refuse(at, stored.problem);
    return encodeValue(stored.value, at);
  }

  #stored(attribute: AttributeModel, value: unknown, at: string): unknown {
    try {
      return this.#scope.storedValue(attribute, value);
    } catch (error) {
      if (!isMapperError(error, 'ATTRIBUTE_TYPE')) throw error;
      const { expected, found } = error.details;
      const problem = `is ${found}, but the type of ${attribute.property} is ${expected}`;
      throw this.#refuse(at, value === null ? `${problem}; declare it { nullable: true } if it can be null` : problem);
    }
  }

  #encodeSize(value: unknown, at: string): WireValue {
    if (typeof value === 'number' || typeof value === 'bigint') return encodeValue(value, at);
    throw this.#refuse(at, "isn't a number, and sizes are compared with numbers");
  }

  #assertOrdered(operand: WireOperand, at: string): void {
    if (isPath(operand) || ['S', 'N', 'B'].includes(wireTypeOf(operand))) return;
    throw this.#refuse(at, 'has no order; strings, numbers and bytes have one');
  }

  #placeOf(path: unknown, at: string): NamedPlace {
    const found = typeof path === 'string' ? attributePath(this.#scope.model, path) : undefined;
    if (!found) throw this.#refuse(at, "isn't a path; names with dots or brackets stand in quotes, as in map['a.b']");
    const place = this.#scope.placeAt(found);
    if ('problem' in place) throw this.#refuse(at, place.problem);
    return { ...place, attribute: found.attribute };
  }

  #refuse(at: string, problem: string): MapperError {
    return new MapperError('INVALID_CONDITION', { class: this.#scope.model.name, at, problem });
  }
}

/** A comparison that is marked as one of dates, where there are any in what is compared. */
function withDates(predicate: WirePredicate, dates: DatesIn | undefined): WirePredicate {
  if (!dates) return predicate;
  const isPart = 'contains' in predicate;
  const areCompared = operandsOf(predicate).some((operand) => {
    return isPath(operand) || dates(operand) || (isPart && dates({ L: [operand] }));
  });
  return areCompared ? { ...predicate, dates } : predicate;
}

function isSamePlace(a: WirePath, b: WirePath): boolean {
  return JSON.stringify([a.attribute, a.within]) === JSON.stringify([b.attribute, b.within]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && isPlainObject(value);
}

/** Whether an operand has the form `{ attr }` of dynamodb-toolbox, which the body of a request can have, too. */
function looksLikeReference(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, 'attr') && Object.keys(value).length === 1;
}

function listOf(condition: object): string {
  return Object.keys(condition).join(', ') || 'nothing';
}
