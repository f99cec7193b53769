import { MapperError } from '../errors.js';
import { setOwn } from '../item/own-value.js';

/**
 * An attribute's value as the engine sends it: one member, named for the type. Bytes are base64 text as they come from
 * the wire (also in exports and Lambda events), or a `Uint8Array` as the SDK's client returns and accepts them.
 */
export type WireValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly B: string | Uint8Array }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly (string | Uint8Array)[] }
  | { readonly L: readonly WireValue[] }
  | { readonly M: WireItem };

/** A stored record as the engine sends it: attribute name → `WireValue`. */
export interface WireItem {
  readonly [attribute: string]: WireValue;
}

/** A value as other libraries type it: with one of many possible members. */
interface ForeignValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly B?: string | Uint8Array | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly (string | Uint8Array)[] | undefined;
  readonly L?: readonly ForeignValue[] | undefined;
  readonly M?: ForeignWireItem | undefined;
  readonly $unknown?: unknown;
}

/** A wire item as the SDK's client and AWS Lambda's events type it; each of its values must be a `WireValue`. */
export interface ForeignWireItem {
  readonly [attribute: string]: ForeignValue;
}

/** The bytes of a `B`, or of a member of a `BS`, in either of their notations. */
export function wireBytes(bytes: string | Uint8Array): Uint8Array {
  // a copy: Buffer.from may hand out a slice of a shared pool
  return typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'base64')) : new Uint8Array(bytes);
}

/** The value of an attribute, `undefined` where there is none: names that every object inherits are data here. */
export function valueAt(wire: WireItem, attribute: string): WireValue | undefined {
  return Object.hasOwn(wire, attribute) ? wire[attribute] : undefined;
}

/** The value at a place in another one, by names in maps and positions in lists; `undefined` where there is none. */
export function valueWithin(value: WireValue | undefined, within: readonly (string | number)[]): WireValue | undefined {
  let found = value;
  for (const part of within) {
    if (found === undefined) return undefined;
    if (typeof part === 'number') found = 'L' in found ? found.L[part] : undefined;
    else found = 'M' in found ? valueAt(found.M, part) : undefined;
  }
  return found;
}

/** A wire value as the SDK's client takes it in a request: with bytes for base64 text. All else stays as it is. */
export function requestValue(value: WireValue): WireValue {
  if ('B' in value) return { B: wireBytes(value.B) };
  if ('BS' in value) return { BS: value.BS.map(wireBytes) };
  if ('L' in value) return { L: value.L.map(requestValue) };
  if ('M' in value) return { M: requestItem(value.M) };
  return value;
}

/** A wire item as the SDK's client takes it in a request. */
export function requestItem(item: WireItem): WireItem {
  const request = {};
  for (const name of Object.keys(item)) setOwn(request, name, requestValue(item[name] as WireValue));
  return request;
}

/** Whether two wire values are the same to the letter: `1` and `1.0` are not; sets are compared regardless of order. */
export function equalWire(a: WireValue, b: WireValue): boolean {
  // what most values are
  if ('S' in a && 'S' in b) return a.S === b.S;
  if ('N' in a && 'N' in b) return a.N === b.N;
  if ('BOOL' in a && 'BOOL' in b) return a.BOOL === b.BOOL;
  if ('L' in a && 'L' in b) return a.L.length === b.L.length && a.L.every((member, at) => isSameValue(member, b.L[at]));
  if ('M' in a && 'M' in b) return equalItems(a.M, b.M);
  return canonicalText(a) === canonicalText(b);
}

/** Whether two items are the same, as `equalWire` compares their attributes. */
export function equalItems(a: WireItem, b: WireItem): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSameValue(a[name], valueAt(b, name)));
}

/** Whether two wire values are the same, as `equalWire` compares them, or both absent. */
export function isSameValue(a: WireValue | undefined, b: WireValue | undefined): boolean {
  return a !== undefined && b !== undefined ? equalWire(a, b) : a === b;
}

function canonicalText(value: WireValue): string {
  return JSON.stringify(canonical(value));
}

function canonical(value: WireValue): unknown {
  if ('B' in value) return ['B', base64(value.B)];
  if ('BS' in value) return ['BS', value.BS.map(base64).toSorted()];
  if ('SS' in value) return ['SS', value.SS.toSorted()];
  if ('NS' in value) return ['NS', value.NS.toSorted()];
  if ('L' in value) return ['L', value.L.map(canonical)];
  if ('M' in value) {
    const names = Object.keys(value.M).toSorted();
    return ['M', names.map((name) => [name, canonical(value.M[name] as WireValue)])];
  }
  return isKnown(value) ? value : ordered(value);
}

function isKnown(value: WireValue): boolean {
  return 'S' in value || 'N' in value || 'BOOL' in value || 'NULL' in value;
}

/** The content of an unknown type, its members in one order. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const names = Object.keys(value).toSorted();
  return names.map((name) => [name, ordered((value as Readonly<Record<string, unknown>>)[name])]);
}

function base64(bytes: string | Uint8Array): string {
  return Buffer.from(wireBytes(bytes)).toString('base64');
}

/** The error for something that isn't a wire value or item. */
export function invalidWire(path: string, found: string): MapperError {
  return new MapperError('INVALID_WIRE_VALUE', { path, found });
}
