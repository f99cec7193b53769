import { expect, test } from '@jest/globals';
import { EntityConditionParser } from 'dynamodb-toolbox/entity/actions/parseCondition';
import fc from 'fast-check';
import { isPath, type WireCondition, type WireOperand, type WirePath } from '../../lib/codec/wire-condition.js';
import { conditionParams } from '../../lib/store/condition.js';
import { arbitraryCondition } from '../filter/arbitrary-conditions.js';
import { cases } from '../support/effort.js';

interface Expressed {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

function bytesAsText(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

/** What an expression says, whatever its tokens are called. */
function meaningOf({ ConditionExpression: expression, ...tokens }: Expressed): string {
  const meanings = { ...tokens.ExpressionAttributeNames, ...tokens.ExpressionAttributeValues };
  return expression.replaceAll(/[#:]\w+/g, (token) => JSON.stringify(meanings[token], bytesAsText));
}

/** Names that dynamodb-toolbox reads a path in, or stumbles over. */
const others: Readonly<Record<string, string>> = { 'c.d': 'cd', 'x.y': 'xy', toString: 'text', constructor: 'maker' };

function withPlainNames(condition: WireCondition): WireCondition {
  const renamed = (_key: string, value: unknown) => (typeof value === 'string' ? (others[value] ?? value) : value);
  const text = JSON.stringify(condition, renamed);
  return JSON.parse(text.replaceAll(/"(?:x\.y|constructor)":/g, (name) => `"${others[name.slice(1, -2)]}":`));
}

/** The same condition in dynamodb-toolbox's grammar. */
function toolboxCondition(condition: WireCondition): object {
  if ('and' in condition) return { and: condition.and.map(toolboxCondition) };
  if ('or' in condition) return { or: condition.or.map(toolboxCondition) };
  if ('not' in condition) return { not: toolboxCondition(condition.not) };
  const { attribute, within, size, ...comparison } = condition as WirePath & { readonly size?: true };
  const [[operator, operand]] = Object.entries(comparison) as [[string, unknown]];
  const express = (one: WireOperand) => (isPath(one) ? { attr: pathOf(one) } : withBytes(one));
  const expressed = Array.isArray(operand) ? operand.map(express) : operand;
  const isSingle = typeof operand === 'object' && !Array.isArray(operand);
  const value = operator === 'type' ? { S: operand } : isSingle ? express(operand as WireOperand) : expressed;
  return { [size ? 'size' : 'attr']: pathOf({ attribute, within: within ?? [] }), [operator]: value };
}

function pathOf({ attribute, within = [] }: WirePath): string {
  return attribute + within.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
}

/** Requests have bytes where wire values have their text. */
function withBytes(value: object): unknown {
  return JSON.parse(JSON.stringify(value), (key, one) => {
    if (key === 'B') return new Uint8Array(Buffer.from(one, 'base64'));
    return key === 'BS' ? one.map((text: string) => new Uint8Array(Buffer.from(text, 'base64'))) : one;
  });
}

test('conditions are expressed just as dynamodb-toolbox does it, but for the names of tokens', () => {
  fc.assert(
    fc.property(arbitraryCondition({}), (any) => {
      const condition = withPlainNames(any);
      const theirs = EntityConditionParser.express(toolboxCondition(condition) as never) as Expressed;
      expect(meaningOf(conditionParams(condition))).toBe(meaningOf(theirs));
    }),
    { numRuns: cases(2000) },
  );
});
