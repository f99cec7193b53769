import type { WireItem } from 'dynamo-evolve';
import { withUsedTokens } from './item-writes.js';
import { withExpressions } from './legacy-parameters.js';
import { project } from './projection.js';
import { invalid } from './refusal.js';
import type { ProfileTable, TableCatalog } from './table-catalog.js';
import { tokensOf } from './texts.js';
import type { Answer, Body, Upstream } from './upstream.js';

/** GetItem as Alternator does it. */
export async function getItem(upstream: Upstream, table: ProfileTable, body: Body): Promise<Answer> {
  const asked = withExpressions(body);
  const { ProjectionExpression: projection, ...rest } = asked;
  const isChecked = projection !== undefined || body.ExpressionAttributeNames !== undefined;
  const checked = isChecked ? await upstream.send('GetItem', body) : undefined;
  if (checked && checked.status !== 200) return checked;
  const answer = await upstream.send('GetItem', withUsedTokens(rest, []));
  const { Item: item, ...more } = answer.body;
  const found = item === undefined ? undefined : findable(table, body.Key as WireItem, item as WireItem);
  if (!found) return { ...answer, body: more };
  return { ...answer, body: { ...more, Item: project(found, projection, tokensOf(asked)) } };
}

/** The item with Alternator's texts; `undefined` if it isn't found by a key that is spelled like that. */
function findable(table: ProfileTable, key: WireItem, item: WireItem): WireItem | undefined {
  const dressed = table.dressed(item);
  return table.isSpelledAs(key, dressed) ? dressed : undefined;
}

interface Keys {
  readonly Keys: readonly WireItem[];
  readonly [parameter: string]: unknown;
}

/**
 * BatchGetItem as Alternator does it; `leaveHalf` leaves every second key unprocessed, as where a part of the nodes
 * fail.
 */
export async function batchGetItem(
  upstream: Upstream,
  tables: TableCatalog,
  body: Body,
  leaveHalf: boolean,
): Promise<Answer> {
  const checked = await upstream.send('BatchGetItem', withoutOtherNotations(tables, body));
  if (checked.status !== 200) return checked;
  const responses: Record<string, WireItem[]> = {};
  const unprocessed: Record<string, Keys> = {};
  for (const [name, request] of Object.entries(body.RequestItems as Record<string, Keys>)) {
    const table = tables.get(name);
    const { Keys: keys, ProjectionExpression: projection, ConsistentRead: isConsistent, ...more } = askedOf(request);
    const left = leaveHalf ? keys.filter((_, at) => at % 2 === 1) : [];
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
    responses[name] = [];
    for (const key of keys.filter((one) => !left.includes(one))) {
      const read = { TableName: name, Key: key, ConsistentRead: isConsistent };
      const { body: found } = await upstream.send('GetItem', read);
      const item = table && found.Item ? findable(table, key, found.Item as WireItem) : undefined;
      if (item) responses[name].push(project(item, projection, tokensOf(more)));
    }
  }
  return { status: 200, body: { Responses: responses, UnprocessedKeys: unprocessed } };
}

/**
 * A request without keys that differ from others in the notation of their numbers alone, which are keys of other items
 * and which the engine behind takes for the same. Throws the refusal of keys that are the same.
 */
function withoutOtherNotations(tables: TableCatalog, body: Body): Body {
  const requests = Object.entries(body.RequestItems as Record<string, Keys>).map(([name, request]) => {
    const table = tables.get(name);
    const seen = new Set<string>();
    const keys = request.Keys?.filter((key) => {
      if (!table?.isKey(key)) return true;
      const [text, value] = [table.keyName(key), table.keyValue(key)];
      if (seen.has(text)) throw invalid('Provided list of item keys contains duplicates');
      seen.add(text);
      const isOther = seen.has(value);
      seen.add(value);
      return !isOther;
    });
    return [name, { ...request, ...(keys && { Keys: keys }) }] as const;
  });
  return { ...body, RequestItems: Object.fromEntries(requests) };
}

/** The keys of one table, with expressions alone. */
function askedOf(request: Keys): Keys {
  return withExpressions(request) as Keys;
}
