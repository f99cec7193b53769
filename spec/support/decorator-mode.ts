import { Legacy } from 'dynamo-evolve';

/** Whether this run's classes are compiled with standard decorators: `npm run test:standard-decorators`. */
let isStandard = false;

class Probe {
  @detect probe?: string;
}
void Probe;

function detect(_value: unknown, memberOrContext: unknown): void {
  isStandard = typeof memberOrContext === 'object';
}

/** A type that compilers emit with experimental decorators, said by hand: class-transformer asks for collections. */
export function Reflected(type: unknown) {
  return Legacy(Reflect.metadata('design:type', type));
}

/**
 * The properties that an entity has. Classes with standard decorators define every decorated field from the start, so for
 * those only the fields with a value.
 */
export function propertiesOf(entity: object): string[] {
  const names = Object.keys(entity);
  return isStandard ? names.filter((name) => (entity as Record<string, unknown>)[name] !== undefined) : names;
}
