import type { Case } from './case.js';
import { importing, size } from './cases/footprint.js';
import { getItem, getItemsAtOnce } from './cases/get-item.js';
import { hydrate } from './cases/hydrate.js';
import { getMany, putMany } from './cases/many.js';
import { firstCall, memory } from './cases/process.js';
import { put, save } from './cases/put-and-save.js';
import { queryCurrentPage, queryPage } from './cases/query-page.js';
import { scan } from './cases/scan.js';
import { readingBesideSweep, sweep, sweepMemory } from './cases/sweep.js';
import { declaredUpgrade, upgrade } from './cases/upgrade.js';
import { getWithoutNetwork, putWithoutNetwork, saveWithoutNetwork } from './cases/without-network.js';
import { writeBack } from './cases/write-back.js';

/** Everything that is measured, in the order of the report. */
export const cases: readonly Case[] = [
  hydrate,
  upgrade,
  declaredUpgrade,
  queryPage,
  queryCurrentPage,
  getItem,
  getWithoutNetwork,
  getItemsAtOnce,
  getMany,
  put,
  save,
  putWithoutNetwork,
  saveWithoutNetwork,
  putMany,
  scan,
  importing,
  size,
  firstCall,
  memory,
  writeBack,
  sweep,
  sweepMemory,
  readingBesideSweep,
];
