import type { WireValue } from 'dynamo-evolve';
import { invalid } from './refusal.js';
import { type Tokens, tokensOf } from './texts.js';
import type { Body } from './upstream.js';

/** A comparison as requests had them before they had expressions. */
interface Comparison {
  readonly ComparisonOperator: string;
  readonly AttributeValueList?: readonly WireValue[];
}

type Comparisons = Readonly<Record<string, Comparison>>;

const legacy = ['KeyConditions', 'QueryFilter', 'ScanFilter', 'ConditionalOperator', 'AttributesToGet'];
const operators: Readonly<Record<string, string>> = { EQ: '=', NE: '<>', LT: '<', LE: '<=', GT: '>', GE: '>=' };

/**
 * A read with expressions in the place of the parameters that were there before them: KeyConditions, QueryFilter,
 * ScanFilter and AttributesToGet. The product never sends those, but ScyllaDB's own tests do. The engine behind refuses
 * one whose parameters are wrong before this is asked.
 */
export function withExpressions(body: Body): Body {
  if (!legacy.some((parameter) => body[parameter] !== undefined)) return body;
  const tokens = new LegacyTokens(tokensOf(body));
  const { AttributesToGet: attributes, ConditionalOperator: joint = 'AND', KeyConditions: keys } = body;
  if (Array.isArray(attributes) && attributes.length === 0) throw invalid('Empty AttributesToGet is not allowed');
  const filter = (body.QueryFilter ?? body.ScanFilter) as Comparisons | undefined;
  const rest = Object.fromEntries(Object.entries(body).filter(([parameter]) => !legacy.includes(parameter)));
  const joined = (all: Comparisons, operator: string) =>
    Object.entries(all)
      .map(([name, one]) => tokens.comparison(name, one))
      .join(` ${operator} `);
  return {
    ...rest,
    ...(keys !== undefined && { KeyConditionExpression: joined(keys as Comparisons, 'AND') }),
    ...(filter && Object.keys(filter).length > 0 && { FilterExpression: joined(filter, String(joint)) }),
    ...(attributes !== undefined && {
      ProjectionExpression: (attributes as readonly string[]).map((name) => tokens.name(name)).join(', '),
    }),
    ...tokens.parameters,
  };
}

/** The names and values that expressions stand for. */
class LegacyTokens {
  readonly #names: Record<string, string>;
  readonly #values: Record<string, WireValue>;

  /** Beside those that a request has. */
  constructor({ names, values }: Tokens) {
    this.#names = { ...names };
    this.#values = { ...values };
  }

  get parameters(): Body {
    return {
      ...(Object.keys(this.#names).length > 0 && { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }

  name(name: string): string {
    const token = `#legacy${Object.keys(this.#names).length}`;
    this.#names[token] = name;
    return token;
  }

  comparison(attribute: string, { AttributeValueList: list = [], ComparisonOperator: operator }: Comparison): string {
    const name = this.name(attribute);
    const values = list.map((value) => this.#value(value));
    switch (operator) {
      case 'NULL':
        return `attribute_not_exists(${name})`;
      case 'NOT_NULL':
        return `attribute_exists(${name})`;
      case 'BEGINS_WITH':
        return `begins_with(${name}, ${values.join()})`;
      case 'CONTAINS':
        return `contains(${name}, ${values.join()})`;
      case 'NOT_CONTAINS':
        return `NOT contains(${name}, ${values.join()})`;
      case 'BETWEEN':
        return `${name} BETWEEN ${values.join(' AND ')}`;
      case 'IN':
        return `${name} IN (${values.join()})`;
      default:
        return `${name} ${operators[operator] ?? operator} ${values.join()}`;
    }
  }

  #value(value: WireValue): string {
    const token = `:legacy${Object.keys(this.#values).length}`;
    this.#values[token] = value;
    return token;
  }
}
