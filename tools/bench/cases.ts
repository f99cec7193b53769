import type { Case } from './case.js';
import { importing, size } from './cases/footprint.js';
import { getItem, getItemsAtOnce } from './cases/get-item.js';
import { hydrate } from './cases/hydrate.js';
import { put, save } from './cases/put-and-save.js';
import { queryCurrentPage, queryPage } from './cases/query-page.js';
import { scan } from './cases/scan.js';
import { readingBesideSweep, sweep, sweepMemory } from './cases/sweep.js';
import { declaredUpgrade, upgrade } from './cases/upgrade.js';
import { writeBack } from './cases/write-back.js';

/** Everything that is measured, in the order of the report. */
export const cases: readonly Case[] = [
  hydrate,
  upgrade,
  declaredUpgrade,
  queryPage,
  queryCurrentPage,
  getItem,
  getItemsAtOnce,
  put,
  save,
  scan,
  importing,
  size,
  writeBack,
  sweep,
  sweepMemory,
  readingBesideSweep,
];
