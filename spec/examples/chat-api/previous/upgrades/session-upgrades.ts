import { type Item, Upgrade } from 'dynamo-evolve';

export class SessionUpgrades {
  @Upgrade(1, 2, 'renamed state to session_state, added blueprint')
  static sessionState(item: Item): void {
    if (Object.hasOwn(item, 'state')) {
      item.session_state = item.state;
      delete item.state;
    }
    item.blueprint ??= 'devassist';
  }
}
