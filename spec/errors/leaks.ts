import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { channels } from 'dynamo-evolve';

/** What stands in every stored value that is neither a key nor a version, as text and as a number. */
export const secret = 'SECRET-4711';
export const secretNumber = 471_147_114_711;

/** The secret in the forms in which it could show: as it is, in hexadecimal, in base64 at each of its offsets. */
const forms = [
  /SECRET/,
  /47[_.,]?114[_.,]?711/,
  /53 ?45 ?43 ?52 ?45 ?54/i,
  ...['', 'x', 'xx'].map((before) => new RegExp(base64At(before))),
];

function base64At(before: string): string {
  const text = Buffer.from(before + secret).toString('base64');
  // without the first and last group, which depend on what stands around it
  return text.slice(4, -4);
}

/** Where the secret shows in a value, if it does: the text around it. */
export function leakIn(value: unknown): string | undefined {
  for (const text of tellings(value)) {
    for (const form of forms) {
      const at = text.search(form);
      if (at >= 0) return text.slice(Math.max(0, at - 200), at + 100);
    }
  }
  return undefined;
}

/** All that a log could make of a value. */
function tellings(value: unknown): string[] {
  const everything = {
    depth: 20,
    showHidden: true,
    getters: false,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Infinity,
  };
  const withBigints = (_name: string, one: unknown) => (typeof one === 'bigint' ? String(one) : one);
  const texts = [inspect(value, everything), JSON.stringify(value, withBigints) ?? ''];
  if (value instanceof Error) {
    texts.push(value.message, value.stack ?? '', String(value));
    if ('details' in value) texts.push(inspect(value.details, everything));
    if (value.cause !== undefined) texts.push(...tellings(value.cause));
  }
  return texts;
}

/** What the channels of the package publish, until `stop` is called: the names, and what leaks at that moment. */
export function listen(): { readonly names: Set<string>; readonly leaks: string[]; readonly stop: () => void } {
  const names = new Set<string>();
  const leaks: string[] = [];
  const take = (message: unknown, name: string | symbol) => {
    names.add(String(name));
    const leak = leakIn(message);
    if (leak !== undefined) leaks.push(leak);
  };
  for (const name of all) subscribe(name, take);
  return {
    names,
    leaks,
    stop: () => {
      for (const name of all) unsubscribe(name, take);
    },
  };
}

const all = [
  channels.upgrade,
  ...['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((phase) => `tracing:${channels.request}:${phase}`),
];
