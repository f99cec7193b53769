import { Inject } from '@nestjs/common';
import { MapperError } from '../errors.js';
import { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import { Repository } from '../repository.js';
import { entityNameOf } from '../model/entity-name.js';

// tokens are kept as metadata of the class, so that two loaded copies of this package share them
const tokensKey = Symbol.for('dynamo-evolve:repository-tokens');

/**
 * The injection token of a mapper: the class `Mapper`, or a symbol if the mapper has a name.
 *
 * @example
 * getMapperToken('archive'); // → Symbol(dynamo-evolve:mapper:archive)
 */
export function getMapperToken(name?: string): typeof Mapper | symbol {
  return name === undefined ? Mapper : Symbol.for(`dynamo-evolve:mapper:${name}`);
}

/**
 * The injection token of a repository: a symbol that belongs to the entity class, even if another class has the same
 * name. The token of a custom repository is its class, unless its mapper has a name. Throws `UNDEFINED_CLASS`.
 *
 * @example
 * getRepositoryToken(Session); // → Symbol(Repository<Session>)
 */
export function getRepositoryToken(target: Class, name?: string): Class | symbol {
  assertClass(target, 'The class of an injected repository');
  const isCustom = isRepositoryClass(target);
  if (isCustom && name === undefined) return target;
  const tokens = (Reflect.getOwnMetadata(tokensKey, target) ?? new Map()) as Map<string | undefined, symbol>;
  Reflect.defineMetadata(tokensKey, tokens, target);
  const title = isCustom ? target.name : `Repository<${entityNameOf(target)}>`;
  const token = tokens.get(name) ?? Symbol(name === undefined ? title : `${title} of ${name}`);
  tokens.set(name, token);
  return token;
}

/**
 * Injects the repository of an entity class, or a custom repository. `name` is the name of its mapper. Throws
 * `UNDEFINED_CLASS`.
 *
 * @example
 * class SessionService {
 *   constructor(@InjectRepository(Session) readonly sessions: Repository<Session>) {}
 * }
 */
export function InjectRepository(target: Class, name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getRepositoryToken(target, name));
}

/**
 * Injects a mapper. A mapper without a name can also be injected by its class.
 *
 * @example
 * class ArchiveService {
 *   constructor(@InjectMapper('archive') readonly archive: Mapper) {}
 * }
 */
export function InjectMapper(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getMapperToken(name));
}

/** Whether a class is a custom repository. */
export const isRepositoryClass = (target: Class): boolean => target.prototype instanceof Repository;

/** Throws `UNDEFINED_CLASS` for a class that a circular import left undefined. */
export function assertClass(target: Class | undefined, where: string): asserts target is Class {
  if (typeof target !== 'function') throw new MapperError('UNDEFINED_CLASS', { where });
}
