import { types } from 'node:util';
import type { Shape } from '../model/shape.js';
import { collectionConverter } from './collection.js';
import { type Converter, mismatch, type ValueProblem } from './converter.js';
import { choiceConverter } from './shape-choice.js';
import { leafConverter } from './shape-leaf.js';
import { mapConverter } from './shape-map.js';
import { recordConverter } from './shape-record.js';
import { tupleConverter } from './shape-tuple.js';

/** The converter of an attribute of which more is known than its type. */
export function shapeConverter(shape: Shape): Converter {
  const converter = convert(shape);
  const { validate } = shape;
  if (!validate) return converter;
  const problem = (value: unknown): ValueProblem | undefined => {
    const found = converter.problem?.(value);
    if (found) return found;
    const invalid = validate(value);
    return invalid === undefined ? undefined : { path: '', problem: invalid };
  };
  return { ...converter, problem };
}

function convert(shape: Shape): Converter {
  switch (shape.kind) {
    case 'list':
    case 'set':
      return membersConverter(shape.kind, shapeConverter(shape.elements));
    case 'tuple':
      return tupleConverter(shape.elements.map(shapeConverter));
    case 'map':
      return mapConverter(
        Array.from(shape.members, ([property, member]) => {
          return { ...member, property, converter: shapeConverter(member.shape) };
        }),
      );
    case 'record':
      return recordConverter(shape, shapeConverter(shape.keys), shapeConverter(shape.elements));
    case 'anyOf':
      return choiceConverter(shape.elements.map(shapeConverter));
    default:
      return leafConverter(shape);
  }
}

/** A collection whose members all have one shape. */
function membersConverter(kind: 'list' | 'set', member: Converter): Converter {
  const collection = collectionConverter(kind === 'list' ? 'array' : 'set', member);
  const isOfKind = kind === 'list' ? Array.isArray : types.isSet;
  const takesNull = member.read(null, () => ({})) === null;
  const canBe = (value: unknown): value is Iterable<unknown> => {
    if (!isOfKind(value)) return false;
    return takesNull || !Array.from(value as Iterable<unknown>).includes(null);
  };
  const { fill, problem } = member;
  return {
    ...collection,
    expected: `${kind} of ${member.expected}`,
    read: (value, source) => (canBe(value) ? collection.read(value, source) : mismatch),
    write: (value, source) => (canBe(value) ? collection.write(value, source) : mismatch),
    ...(problem && {
      problem: (value) => {
        for (const [at, each] of Array.from(value as Iterable<unknown>).entries()) {
          const found = problem(each);
          if (found) return { path: kind === 'list' ? `[${at}]${found.path}` : found.path, problem: found.problem };
        }
        return undefined;
      },
    }),
    ...(fill &&
      kind === 'list' && { fill: (value) => (Array.isArray(value) ? value.map((each) => fill(each)) : value) }),
  };
}
