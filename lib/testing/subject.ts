import type { Item } from '../item/item.js';
import { Hydrator } from '../hydration/hydrator.js';
import { modelOf } from '../hydration/model-of.js';
import type { Class } from '../model/class.js';
import type { EntityModel } from '../model/entity-model.js';
import { upgradeItem } from '../read/upgrade-item.js';

/** The class whose upgrades are tested. */
export interface Subject {
  readonly class: Class;
  readonly model: EntityModel;
  readonly hydrator: Hydrator<object>;
  /** By the sample's path: what it became when it was upgraded first. */
  readonly firstResults: Map<string, Item | undefined>;
}

/** Compiles a class for its tests. Throws like `compileModel`. */
export function subjectOf(target: Class): Subject {
  const model = modelOf(target);
  return { class: target, model, hydrator: new Hydrator(model, 'throw'), firstResults: new Map() };
}

/** What an item is upgraded to, or the error; the item itself is handed over. */
export function tryUpgrade(subject: Subject, item: Item): { readonly item: Item } | { readonly error: unknown } {
  try {
    return { item: upgradeItem(subject.class, item) };
  } catch (error) {
    return { error };
  }
}
