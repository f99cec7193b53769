import type { WireItem, WireValue } from 'dynamo-evolve';
import type { EngineInput, EngineRequest } from './engine-model.js';
import type { Weakening } from './interleavings.js';
import { canonicalText } from '../../tools/engines/wire-places.js';

/** What one part of a write-back's condition is about. */
interface Conjunct {
  readonly text: string;
  readonly attribute: string;
  /** Whether it wants the attribute to be absent. */
  readonly isMiss: boolean;
}

const version = 'schema_version';

/** Each leaves out one thing that a write-back's request needs. */
export const weakenings: Readonly<Record<string, Weakening>> = {
  'only the version in the condition': keeping(({ attribute }) => attribute === version || attribute === 'id'),
  'a diff instead of the assigned set': diffOnly,
  'without attribute_exists(pk)': keeping(({ attribute }) => attribute !== 'id'),
  'without the reads of absent attributes': keeping(({ attribute, isMiss }) => attribute === version || !isMiss),
  'without the version': keeping(({ attribute }) => attribute !== version),
};

function keeping(isKept: (conjunct: Conjunct) => boolean): Weakening {
  return ({ input, operation }) => {
    const { ConditionExpression: condition = '', ...rest } = input;
    const kept = conjuncts(condition, input).filter(isKept);
    if (kept.length === 0) return { operation, input: rest };
    return { operation, input: { ...input, ConditionExpression: kept.map(({ text }) => text).join(' AND ') } };
  };
}

/** The parts that are joined by AND outside of all parentheses. */
function conjuncts(condition: string, { ExpressionAttributeNames: names = {} }: EngineInput): Conjunct[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < condition.length; at++) {
    if (condition[at] === '(') depth++;
    if (condition[at] === ')') depth--;
    if (depth === 0 && condition.startsWith(' AND ', at)) {
      parts.push(condition.slice(start, at));
      start = at + ' AND '.length;
    }
  }
  parts.push(condition.slice(start));
  return parts.map((text) => {
    const [token = ''] = /#\w+/.exec(text) ?? [];
    return { text, attribute: names[token] as string, isMiss: text.includes('attribute_not_exists') };
  });
}

/** Leaves out what is set to the very value that was read, and the removal of what wasn't there. */
function diffOnly({ input, operation }: EngineRequest, read: WireItem): EngineRequest {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {}, UpdateExpression = '' } = input;
  const [, sets = '', removes = ''] = /^(?:SET (.*?))? ?(?:REMOVE (.*))?$/.exec(UpdateExpression) ?? [];
  const setting = sets.split(', ').filter((action) => {
    const [name = '', token = ''] = action.split(' = ');
    return !isSame(read[names[name] as string], values[token]);
  });
  const removing = removes.split(', ').filter((name) => name !== '' && read[names[name] as string] !== undefined);
  const clauses = [`SET ${setting.join(', ')}`, ...(removing.length > 0 ? [`REMOVE ${removing.join(', ')}`] : [])];
  return { operation, input: { ...input, UpdateExpression: clauses.join(' ') } };
}

function isSame(a: WireValue | undefined, b: WireValue | undefined): boolean {
  return a !== undefined && b !== undefined && canonicalText(a) === canonicalText(b);
}
