import { describe, expect, test } from '@jest/globals';
import { assignProperty } from '../../lib/hydration/assign-property.js';

class Free {
  at?: Date;
  text = 'a';
}
class Once {
  #text: string | undefined;
  get text(): string | undefined {
    return this.#text;
  }
  set text(text: string | undefined) {
    this.#text ??= text;
  }
}
class Throwing {
  get text(): string {
    return 'a';
  }
  set text(_text: string) {
    throw new Error('never');
  }
}
class Computed {
  get text(): string {
    return 'a';
  }
}
class Lower {
  #text = '';
  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text.toLowerCase();
  }
}
class Copying {
  #at = new Date(0);
  get at(): Date {
    return new Date(this.#at);
  }
  set at(at: Date) {
    this.#at = new Date(at);
  }
}

describe('a property that is given a value', () => {
  test.each<[string, object, string, unknown]>([
    ['of an ordinary object', new Free(), 'text', 'b'],
    ['that was not there', new Free(), 'other', 'b'],
    ['to undefined', new Free(), 'text', undefined],
    ['that it has already, although it can take none', Object.freeze(new Free()), 'text', 'a'],
    ['for the first time', new Once(), 'text', 'b'],
    ['that a setter copies', new Copying(), 'at', new Date(5)],
    ['that a setter leaves as it is', new Lower(), 'text', 'b'],
    ['behind a proxy', new Proxy(new Free(), {}), 'text', 'b'],
  ])('has it: one %s', (_what, entity, property, value) => {
    expect(assignProperty(entity, property, value)).toBe(true);
    expect(Reflect.get(entity, property)).toEqual(value);
  });

  test.each<[string, object]>([
    ['of a frozen object', Object.freeze(new Free())],
    ['that is not writable', Object.defineProperty({}, 'text', { value: 'a' })],
    ['that was set before, and can be set once', Object.assign(new Once(), { text: 'a' })],
    ['whose setter throws', new Throwing()],
    ['without setter', new Computed()],
    ['whose setter makes another value of it', new Lower()],
    ['behind a proxy that refuses it', new Proxy(new Free(), { set: () => false })],
    ['behind a proxy that does nothing', new Proxy(new Free(), { set: () => true })],
    ['behind a proxy that hides private fields', new Proxy(new Lower(), {})],
  ])('has it not: one %s', (_what, entity) => {
    expect(assignProperty(entity, 'text', 'B')).toBe(false);
  });
});
