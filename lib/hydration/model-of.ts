import type { OtherDecorators } from '../model/attribute-model.js';
import type { Class } from '../model/class.js';
import { compileModel, type EntityModel } from '../model/entity-model.js';
import { exposedName, typeDecorator } from './storage-decorators.js';

const otherDecorators: OtherDecorators = {
  storedName: exposedName,
  tellsType: (target, property) => typeDecorator(target, property) !== undefined,
};

const models = new WeakMap<Class, EntityModel>();

/** The compiled model of an entity class, compiled on the first call. Throws like `compileModel`. */
export function modelOf<T extends object>(target: Class<T>): EntityModel<T> {
  const known = models.get(target);
  if (known) return known as EntityModel<T>;
  const model = compileModel(target, otherDecorators);
  models.set(target, model);
  return model;
}
