import { type Item, Upgrade } from 'dynamo-evolve';

// a Map: stored text can be anything, also the name of something that every object has
const roles = new Map([
  ['human', 'user'],
  ['bot', 'assistant'],
]);

/** Upgrades stored messages of older versions. */
export class MessageUpgrades {
  /** v1 → v2: `text` is now `content`; `author` (human, bot) is now `role` (user, assistant). */
  @Upgrade(1, 2, 'renamed text to content, turned author into role')
  static roleAndContent(item: Item): void {
    if (Object.hasOwn(item, 'text')) {
      item.content = item.text;
      delete item.text;
    }
    if (Object.hasOwn(item, 'author')) {
      const author = String(item.author);
      item.role = roles.get(author) ?? author;
      delete item.author;
    }
  }
}
