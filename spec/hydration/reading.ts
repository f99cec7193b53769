import { deepStrictEqual } from 'node:assert/strict';
import type { Class, Item, TypeMismatchPolicy } from 'dynamo-evolve';
import { decodeItem } from '../../lib/codec/decode.js';
import { encodeItem } from '../../lib/codec/encode.js';
import type { Row } from '../../lib/codec/row.js';
import { Hydrator } from '../../lib/hydration/hydrator.js';
import { modelOf } from '../../lib/hydration/model-of.js';
import { rowsOf } from '../support/rows.js';

const key = () => ({ id: 'a' });

/** The hydrator of an entity class. */
export function hydratorOf<T extends object>(target: Class<T>, policy: TypeMismatchPolicy = 'throw'): Hydrator<T> {
  return new Hydrator(modelOf(target), policy);
}

/**
 * The entity of an item: from its wire form, as items of the newest version come, and equally from an upgraded one and
 * from a row of a page, with generated code and without.
 */
export function read<T extends object>(target: Class<T>, item: Item, policy?: TypeMismatchPolicy): T {
  const hydrator = hydratorOf(target, policy);
  const entity = hydrator.fromWire(encodeItem(item), { key });
  const [row] = rowsOf([encodeItem(item)]) as [Row];
  for (const each of [hydrator, new Hydrator(modelOf(target), policy ?? 'throw', false)]) {
    deepStrictEqual(each.fromWire(encodeItem(item), { key }), entity);
    deepStrictEqual(each.fromItem(decodeItem(encodeItem(item)), { key }), entity);
    deepStrictEqual(each.fromRow(row, { key }), entity);
  }
  return entity;
}

/** The plain item that an entity is stored as. */
export function write<T extends object>(target: Class<T>, entity: T, policy?: TypeMismatchPolicy): Item {
  return decodeItem(hydratorOf(target, policy).toWire(entity, key));
}
