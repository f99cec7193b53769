import type { EngineClient, WireItem } from 'dynamo-evolve';

/** Where items are found: by their place in the table, and by the text of their id. */
interface ItemSource {
  readonly total: number;
  readonly at: (place: number) => WireItem;
  readonly placeOf: (id: string) => number;
}

/** A client of an engine that has just these items, each with a key `id`, and can only be read. */
export function itemsClient(items: readonly WireItem[]): EngineClient {
  const idOf = (item: WireItem) => (item['id'] as { readonly S: string }).S;
  return clientOf({
    total: items.length,
    at: (place) => items[place] as WireItem,
    placeOf: (id) => items.findIndex((item) => idOf(item) === id),
  });
}

/** A client of an engine that has so many notes, made as they are asked for. */
export function manyItems(total: number): EngineClient {
  return clientOf({
    total,
    at: (place) => ({
      id: { S: `n-${String(place).padStart(7, '0')}` },
      title: { S: `note ${place}` },
      ...(place % 4 > 0 && { schema_version: { N: '2' } }),
    }),
    placeOf: (id) => Number(id.slice(2)),
  });
}

interface ReadInput {
  readonly Key?: { readonly id: { readonly S: string } };
  readonly ExclusiveStartKey?: { readonly id: { readonly S: string } };
  readonly Limit?: number;
}

const longestPage = 1_000;

function clientOf({ at, placeOf, total }: ItemSource): EngineClient {
  const scan = ({ ExclusiveStartKey: after, Limit: limit = longestPage }: ReadInput) => {
    const from = after ? placeOf(after.id.S) + 1 : 0;
    const to = Math.min(total, from + Math.min(limit, longestPage));
    const Items = Array.from({ length: to - from }, (_, offset) => at(from + offset));
    return { Items, Count: Items.length, ...(to < total && { LastEvaluatedKey: { id: at(to - 1)['id'] } }) };
  };
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: ReadInput }) => {
    const { constructor, input } = command;
    if (constructor.name === 'ScanCommand') return scan(input);
    if (constructor.name === 'GetItemCommand') return { Item: at(placeOf(input.Key?.id.S ?? '')) };
    throw Object.assign(new Error('no such table'), { name: 'ResourceNotFoundException', $metadata: {} });
  };
  return { send };
}
