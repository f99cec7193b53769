import type { WireItem, WireValue } from '../codec/wire.js';

/** A key that survives JSON: with bytes as base64 text, as they are on the wire. */
export function portableKey(key: WireItem): WireItem {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, portable(value)]));
}

function portable(value: WireValue): WireValue {
  return 'B' in value && typeof value.B !== 'string' ? { B: Buffer.from(value.B).toString('base64') } : value;
}
