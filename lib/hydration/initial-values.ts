import { encodeValue } from '../codec/encode.js';
import { equalWire, type WireValue } from '../codec/wire.js';

/** By instance and accessor: the value that the constructor left there, encoded. */
const initialValues = new WeakMap<object, Map<string, WireValue | undefined>>();

/**
 * Remembers what an accessor of a new instance returns although nothing was stored for it. It can't be unset like a
 * field, because a setter may refuse `undefined`. `stored` is the stored form of the value, not yet encoded.
 */
export function rememberInitial(instance: object, accessor: string, stored: unknown): void {
  const values = initialValues.get(instance) ?? new Map<string, WireValue | undefined>();
  initialValues.set(instance, values.set(accessor, wireOf(stored)));
}

/** Whether an accessor still returns what the constructor left there. If so, there is nothing to store. */
export function isInitial(instance: object, accessor: string, stored: unknown): boolean {
  const values = initialValues.get(instance);
  if (!values?.has(accessor)) return false;
  const [initial, now] = [values.get(accessor), wireOf(stored)];
  return initial !== undefined && now !== undefined ? equalWire(initial, now) : initial === now;
}

function wireOf(stored: unknown): WireValue | undefined {
  try {
    return stored === undefined ? undefined : encodeValue(stored, '');
  } catch {
    return undefined;
  }
}
