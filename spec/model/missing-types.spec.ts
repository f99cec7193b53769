import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Attribute, type Class, Entity, PartitionKey, Versioned } from 'dynamo-evolve';
import { modelOf } from '../../lib/hydration/model-of.js';
import { caught } from '../errors/caught.js';
import { classesOf, compilers, type Decorators } from '../support/compile-classes.js';

const note = (body: string) => `@Entity({ table: 'notes' }) @Versioned(1) class Note { ${body} }`;
// esbuild emits no types
const compiled = (body: string, mode: Decorators = 'experimental') =>
  classesOf<'Note'>(compilers.esbuild, mode, note(body)).Note;
const key = `@PartitionKey({ type: 'string' }) id!: string;`;

describe('a key whose type no compiler told', () => {
  test.each([
    ['experimental', 'set emitDecoratorMetadata and compile with tsc or SWC, since tsx and esbuild emit no types'],
    ['standard', "since standard decorators don't know the types of properties"],
  ] as const)('is refused, with the reason: %s decorators', (mode, reason) => {
    const { message } = caught('INVALID_KEY', () => modelOf(compiled('@PartitionKey() id!: string;', mode)));
    expect(message).toContain(`its type is unknown; give it one, { type: 'string' }, 'number' or 'bytes'`);
    expect(message).toContain(reason);
  });
});

describe('a class without types', () => {
  const warn = jest.spyOn(process, 'emitWarning');
  beforeAll(() => void warn.mockImplementation(() => undefined));
  beforeEach(() => void warn.mockClear());
  afterAll(() => warn.mockRestore());
  const byHand = () => {
    class Note {}
    Entity({ table: 'notes' })(Note);
    Versioned(1)(Note);
    PartitionKey({ type: 'string' })(Note.prototype, 'id');
    Attribute()(Note.prototype, 'due');
    return Note;
  };

  test.each<[string, () => Class]>([
    ['that says them', () => compiled(`${key} @Attribute({ type: 'date' }) due!: Date; @CreatedAt() at!: Date;`)],
    ['that wants none', () => compiled(`${key} @Attribute({ type: 'any' }) due!: Date;`)],
    ['whose attributes are computed', () => compiled(`${key} @Attribute({ template: 'A#{id}' }) due!: string;`)],
    ['with standard decorators, which have none', () => compiled(`${key} @Attribute() due!: Date;`, 'standard')],
    ['made by calls', byHand],
  ])('is fine: one %s', (_what, make) => {
    modelOf(make());
    expect(warn).not.toHaveBeenCalled();
  });

  test('warns once, by the name of the class and of its attributes', () => {
    modelOf(compiled(`${key} @Attribute() due!: Date; @Attribute({ type: 'string' }) title!: string;`));
    modelOf(compiled(`${key} @Attribute() due!: Date;`));
    expect(warn).toHaveBeenCalledTimes(1);
    const [text, options] = warn.mock.calls[0] as unknown as [string, object];
    expect(text).toContain('Note was compiled without emitDecoratorMetadata, so the types of due are unknown');
    expect(options).toEqual({ type: 'DynamoEvolveWarning', code: 'DYNAMO_EVOLVE_NO_TYPES' });
  });
});
