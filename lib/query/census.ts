import { valueAt, type WireItem } from '../codec/wire.js';
import { pageAt, pageParams, selecting } from '../store/page-request.js';
import { outputOf } from '../store/transport.js';
import { enginePages, type FetchPage } from './pages-in-turn.js';
import type { EntityContext } from '../read/entity-context.js';
import { assertOptions, type ScanOptions, segmentsOf } from './query-options.js';

/** The number of stored items with a version. */
export interface VersionCount {
  /** The version; `undefined` for items whose version attribute isn't a version. */
  readonly version: number | undefined;
  readonly count: number;
  /** The time at which one of them was last written, from the class's `@UpdatedAt`; absent if no item has one. */
  readonly lastUpdated?: Date;
}

export type VersionsOptions = Pick<ScanOptions, 'consistent' | 'segments' | 'signal'>;

/**
 * Counts the stored items of a class by version, whatever the versions are. Reads only the attributes that this needs.
 */
export async function versionCensus<T extends object>(
  context: EntityContext<T>,
  options: VersionsOptions,
): Promise<VersionCount[]> {
  assertOptions('versions()', options, ['consistent', 'segments', 'signal']);
  const { model, reader, table } = context;
  const { consistent = false, segments, signal } = options;
  const named = [model.versionAttribute, model.discriminator?.attribute, model.updatedAt?.attribute];
  const attributes = [...table.keys.map(({ name }) => name), ...named.filter((name) => name !== undefined)];
  const params = selecting(pageParams(undefined, { consistent }), { attributes });

  const fetch: FetchPage = async (position, stopped) => {
    context.assertOpen('versions()');
    const output = outputOf(await table.readPage(pageAt(params, position), stopped));
    const items = (output.Items ?? []).map((wire) => ({ position: wire, wire, isReadAgain: false }));
    return { items, unseen: 0, next: output.LastEvaluatedKey };
  };
  const pages = enginePages({ fetch, from: undefined, segments: segmentsOf(segments), signal, size: () => undefined });
  const counts = new Map<number | undefined, { count: number; last: number }>();
  for await (const { items } of pages) {
    for (const { wire } of items) {
      if (!reader.owns(wire)) continue;
      const version = reader.storedVersion(wire);
      const { count, last } = counts.get(version) ?? { count: 0, last: Number.NEGATIVE_INFINITY };
      counts.set(version, { count: count + 1, last: Math.max(last, updatedAt(context, wire)) });
    }
  }
  const sorted = [...counts].toSorted(([a = Infinity], [b = Infinity]) => a - b);
  return sorted.map(([version, { count, last }]) => {
    return Number.isFinite(last) ? { version, count, lastUpdated: new Date(last) } : { version, count };
  });
}

/** The time at which an item was last written, in milliseconds since 1970; `-Infinity` if it has none. */
function updatedAt<T extends object>({ hydrator, model }: EntityContext<T>, wire: WireItem): number {
  const { updatedAt: attribute } = model;
  if (!attribute || !valueAt(wire, attribute.attribute)) return Number.NEGATIVE_INFINITY;
  try {
    const entity = hydrator.fromWire(wire, { key: () => ({}) }, new Set([attribute])) as Record<string, unknown>;
    const time = new Date(entity[attribute.property] as Date | string | number).getTime();
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
  } catch {
    // another version may have used this name for something else
    return Number.NEGATIVE_INFINITY;
  }
}
