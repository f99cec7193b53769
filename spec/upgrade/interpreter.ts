import type { Item, Step } from 'dynamo-evolve';

/** What a step does, said again as plainly as can be, from what it says of itself: always on a copy. */
function interpret(step: Step, item: Item): Item {
  const entries = new Map(Object.entries(item));
  const { attribute } = step;
  switch (step.kind) {
    case 'rename':
      if (entries.has(attribute)) {
        const value = entries.get(attribute);
        entries.delete(attribute);
        entries.set(step.to as string, value);
      }
      break;
    case 'setDefault':
      if ((entries.get(attribute) ?? null) === null) entries.set(attribute, structuredClone(step.value));
      break;
    case 'remove':
      entries.delete(attribute);
      break;
    case 'convert':
      if (entries.has(attribute)) {
        const value = step.convert?.(entries.get(attribute));
        if (value === undefined || (value instanceof Set && value.size === 0)) entries.delete(attribute);
        else entries.set(attribute, value);
      }
      break;
    case 'nest':
      nest(step, entries);
      break;
    case 'unnest':
      unnest(step, entries);
      break;
    case 'within':
      if (entries.has(attribute)) entries.set(attribute, interpretAll(step.steps ?? [], mapOf(entries.get(attribute))));
      break;
    case 'each':
      if (entries.has(attribute)) entries.set(attribute, inEach(step.steps ?? [], entries.get(attribute)));
      break;
    case 'keep':
      break;
  }
  return Object.fromEntries(entries);
}

/** One after the other. */
export function interpretAll(steps: readonly Step[], item: Item): Item {
  return steps.reduce((current, step) => interpret(step, current), item);
}

function nest({ attribute, members = new Map() }: Step, entries: Map<string, unknown>): void {
  const present = [...members].filter(([name]) => entries.has(name));
  if (present.length === 0) return;
  const map = new Map(Object.entries(entries.has(attribute) ? mapOf(entries.get(attribute)) : {}));
  for (const [name, inner] of present) {
    map.set(inner, entries.get(name));
    entries.delete(name);
  }
  entries.set(attribute, Object.fromEntries(map));
}

function unnest({ attribute, members = new Map() }: Step, entries: Map<string, unknown>): void {
  if (!entries.has(attribute)) return;
  const map = new Map(Object.entries(mapOf(entries.get(attribute))));
  const present = [...members].filter(([, inner]) => map.has(inner));
  for (const [name, inner] of present) {
    entries.set(name, map.get(inner));
    map.delete(inner);
  }
  if (present.length > 0 && map.size === 0) entries.delete(attribute);
  else entries.set(attribute, Object.fromEntries(map));
}

function inEach(steps: readonly Step[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => interpretAll(steps, mapOf(one)));
  return Object.fromEntries(Object.entries(mapOf(value)).map(([name, one]) => [name, interpretAll(steps, mapOf(one))]));
}

function mapOf(value: unknown): Item {
  const isMap =
    typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]';
  if (!isMap) throw new TypeError('not a map');
  return value as Item;
}
