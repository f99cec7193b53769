import { Downgrade, type Item, rename, setDefault, steps, Upgrade } from 'dynamo-evolve';

/** Upgrades stored sessions of older versions. */
export class SessionUpgrades {
  /** v1 → v2: `state` is now `session_state`; `blueprint` defaults to `devassist`. */
  @Upgrade(1, 2, 'renamed state to session_state, added blueprint')
  static sessionState = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));

  /** v2 → v3: `tags` was a list that could repeat itself; it is a set, and absent when empty. */
  @Upgrade(2, 3, 'turned the list of tags into a set')
  static tagSet(item: Item): void {
    if (!Array.isArray(item.tags)) return;
    const tags = new Set(item.tags.filter((tag) => typeof tag === 'string' && tag !== ''));
    if (tags.size > 0) item.tags = tags;
    else delete item.tags;
  }

  /** v3 → v2: a list again, for code that doesn't know the set. */
  @Downgrade(3, 2)
  static tagList(item: Item): void {
    if (item.tags instanceof Set) item.tags = [...item.tags];
  }
}
