import { wireOf } from '../codec/row.js';
import type { WireItem } from '../codec/wire.js';
import type { CallName } from '../error-messages.js';
import { enginePages, positionOf } from '../query/pages-in-turn.js';
import type { Segments } from '../query/query-options.js';
import type { EntityContext } from '../read/entity-context.js';
import { pageAt, type PageParams } from '../store/page-request.js';
import { outputOf } from '../store/transport.js';

/** What to scan of a table, and in which call's name. */
interface TableScan {
  readonly call: CallName;
  readonly params: PageParams;
  readonly segments: Segments | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The stored items of a table, page by page, those of other classes included. */
export async function* scannedItems(
  { assertOpen, table }: EntityContext<object>,
  { call, params, segments, signal }: TableScan,
): AsyncGenerator<readonly WireItem[], void> {
  const pages = enginePages({
    fetch: async (position, stopped) => {
      stopped?.throwIfAborted();
      assertOpen(call);
      const { Items: stored = [], LastEvaluatedKey: next } = outputOf(
        await table.readPage(pageAt(params, position), stopped),
      );
      const wires = stored.map(wireOf);
      return { items: wires.map((wire) => ({ position: wire, stored: wire, isReadAgain: false })), unseen: 0, next };
    },
    from: undefined,
    segments,
    signal,
    size: () => undefined,
  });
  for await (const { items } of pages) yield items.map(positionOf);
}
