import type { WireItem } from 'dynamo-evolve';
import { valueAt } from '../wire-places.js';
import { tokensOf } from './texts.js';
import { updateActions } from './update-clauses.js';
import type { Body } from './upstream.js';

/** A number that no test stores: an empty set can't be sent. */
const nobody = '-98765432199999';

/**
 * An update that deletes from sets of numbers only members that are spelled as the stored ones are: Alternator compares
 * their texts, the engine behind their values.
 */
export function withStoredMembers(body: Body, before: WireItem | undefined): Body {
  const { names, values } = tokensOf(body);
  const deleted = updateActions(body.UpdateExpression ?? '').filter(({ clause }) => clause === 'DELETE');
  const changed = deleted.flatMap(({ place, value }) => {
    const sent = values[value];
    const stored = valueAt(
      before,
      place.map((part) => names[part] ?? part),
    );
    if (!sent || !('NS' in sent) || !stored || !('NS' in stored)) return [];
    const members = sent.NS.filter((member) => stored.NS.includes(member));
    return members.length === sent.NS.length ? [] : [[value, { NS: members.length > 0 ? members : [nobody] }]];
  });
  if (changed.length === 0) return body;
  return { ...body, ExpressionAttributeValues: { ...values, ...(Object.fromEntries(changed) as object) } };
}
