import type { Item } from '../item/item.js';
import { Hydrator } from '../hydration/hydrator.js';
import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import type { EntityModel } from '../model/entity-model.js';
import { upgradeItem } from '../read/upgrade-item.js';

/** A class whose upgrades are tested. */
export interface Subject {
  readonly class: Class;
  readonly model: EntityModel;
  readonly hydrator: Hydrator<object>;
  /** The first result of each sample, by the path of the sample. */
  readonly firstResults: Map<string, Item | undefined>;
}

/** Compiles a class for its tests. Throws what `compileModel` throws. */
export function subjectOf(target: Class): Subject {
  const model = modelOf(target);
  return { class: target, model, hydrator: new Hydrator(model, 'throw'), firstResults: new Map() };
}

/** Upgrades an item and returns the result or the error. The item isn't copied first. */
export function tryUpgrade(subject: Subject, item: Item): { readonly item: Item } | { readonly error: unknown } {
  try {
    return { item: upgradeItem(subject.class, item) };
  } catch (error) {
    return { error };
  }
}
