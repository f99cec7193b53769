import type { AttributeModel } from './attribute-model.js';
import { designType, type MemberRecord } from './registry.js';

let hasWarned = false;

/**
 * Warns, once per process, of a class that was compiled with experimental decorators but without the types of its
 * properties: attributes of unknown type are read as they are stored, whatever their declarations say.
 */
export function warnOfMissingTypes(
  className: string,
  members: readonly MemberRecord[],
  attributes: readonly AttributeModel[],
  isTold: (property: string) => boolean,
): void {
  if (hasWarned || members.some((member) => designType(member))) return;
  const isCompiled = new Set(
    members.flatMap(({ compiledAs, member }) => (compiledAs === 'experimental' ? member : [])),
  );
  const untyped = attributes.filter(
    ({ property, template, type, typeGiven }) =>
      type === 'any' && !typeGiven && !template && isCompiled.has(property) && !isTold(property),
  );
  if (untyped.length === 0) return;
  hasWarned = true;
  const names = untyped.map(({ property }) => property).join(', ');
  process.emitWarning(
    `${className} was compiled without emitDecoratorMetadata, so the types of ${names} are unknown: ` +
      'their values are read as they are stored, so that a Date is text. Give them a { type }, ' +
      'or set emitDecoratorMetadata and compile with tsc or SWC, since tsx and esbuild emit no types.',
    { type: 'DynamoEvolveWarning', code: 'DYNAMO_EVOLVE_NO_TYPES' },
  );
}
