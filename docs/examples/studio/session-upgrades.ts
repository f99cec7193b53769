import { Downgrade, type Item, rename, setDefault, steps, Upgrade } from 'dynamo-evolve';

/** Upgrades stored sessions of older versions. */
export class SessionUpgrades {
  @Upgrade(1, 2, 'renamed state to session_state, added blueprint')
  static sessionState = steps(rename('state', 'session_state'), setDefault('blueprint', 'devassist'));

  @Upgrade(2, 3, 'turned the list of tags into a set')
  static tagSet(item: Item): void {
    if (!Array.isArray(item.tags)) return;
    const tags = new Set(item.tags.filter((tag) => typeof tag === 'string' && tag !== ''));
    if (tags.size > 0) item.tags = tags;
    else delete item.tags;
  }

  @Downgrade(3, 2)
  static tagList(item: Item): void {
    if (item.tags instanceof Set) item.tags = [...item.tags];
  }

  @Upgrade(3, 4, 'turned the budget, a text, into cents')
  static budgetInCents(item: Item): void {
    if (typeof item.budget !== 'string') return;
    const [, euros, cents = '00'] = /^(\d+)(?:\.(\d\d))? EUR$/.exec(item.budget) ?? [];
    if (euros === undefined) throw new Error(`the budget '${item.budget}' isn't an amount such as 12.50 EUR`);
    item.budget_cents = Number(euros) * 100 + Number(cents);
    delete item.budget;
  }

  @Downgrade(4, 3)
  static budgetAsText(item: Item): void {
    if (typeof item.budget_cents !== 'number') return;
    item.budget = `${(item.budget_cents / 100).toFixed(2)} EUR`;
    delete item.budget_cents;
  }
}
