import { setOwn } from '../../item/own-value.js';

/**
 * A request's input in the bytes that the SDK's serialiser makes of it: JSON, with base64 for bytes, and nothing for
 * what is absent.
 */
export function requestBody(input: object): Uint8Array {
  return Buffer.from(JSON.stringify(asJson(input)));
}

/** The value itself, or a copy if JSON says something of it otherwise. */
function asJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return base64(value);
  if (Array.isArray(value)) {
    let entries: unknown[] | undefined;
    for (const [at, entry] of value.entries()) {
      const json = asJson(entry);
      if (json !== entry) (entries ??= [...(value as unknown[])])[at] = json;
    }
    return entries ?? value;
  }
  const members = value as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    const member = members[name];
    const json = asJson(member);
    if (json === member && member !== null) continue;
    copy ??= { ...members };
    setOwn(copy, name, json ?? undefined);
  }
  return copy ?? members;
}

function base64({ buffer, byteLength, byteOffset }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
