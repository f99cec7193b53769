import { readRows } from '../../lib/codec/page-rows.js';
import type { Row } from '../../lib/codec/row.js';
import type { WireItem } from '../../lib/codec/wire.js';
import { requestBody } from '../../lib/store/lean/request-body.js';

/** Wire items as the rows of a page. */
export function rowsOf(items: readonly WireItem[]): readonly Row[] {
  const rows = readRows(Buffer.from(requestBody({ Items: items })))?.Items;
  if (!rows) throw new Error('the page was not read as rows');
  return rows;
}
