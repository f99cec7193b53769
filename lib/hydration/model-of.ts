import type { Class } from '../model/class.js';
import { compileModel, type EntityModel } from '../model/entity-model.js';
import { exposedName } from './storage-decorators.js';

const models = new WeakMap<Class, EntityModel>();

/** The compiled model of an entity class; compiled at the first call. Throws like `compileModel`. */
export function modelOf<T extends object>(target: Class<T>): EntityModel<T> {
  const known = models.get(target);
  if (known) return known as EntityModel<T>;
  const model = compileModel(target, exposedName);
  models.set(target, model);
  return model;
}
