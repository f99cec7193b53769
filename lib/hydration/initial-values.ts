import { encodeValue } from '../codec/encode.js';
import { equalWire, type WireValue } from '../codec/wire.js';

/** By instance and accessor: what the constructor left there, in its wire form. */
const initialValues = new WeakMap<object, Map<string, WireValue | undefined>>();

/**
 * Remembers what an accessor of a new instance answers although no value was stored for it. It can't be unset as fields are, since
 * setters may refuse `undefined`. `stored` is the value before its wire form.
 */
export function rememberInitial(instance: object, accessor: string, stored: unknown): void {
  const values = initialValues.get(instance) ?? new Map<string, WireValue | undefined>();
  initialValues.set(instance, values.set(accessor, wireOf(stored)));
}

/** Whether an accessor still answers what the constructor left there: then there is nothing to store. */
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
