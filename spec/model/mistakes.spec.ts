import { describe, expect, test } from '@jest/globals';
import { Attribute, Entity, errorCodes, Mapper, PartitionKey, Versioned } from 'dynamo-evolve';
import { compileModel } from '../../lib/model/entity-model.js';
import { caught } from '../errors/caught.js';
import { client, families, note } from './mistakes/mistake.js';

describe('a mistake in the decorators of a class', () => {
  test('of each kind is shown by a spec of mistakes/', () => {
    const ofModels = errorCodes.slice(0, errorCodes.indexOf('INVALID_VERSION'));
    expect(Object.values(families).flat().toSorted()).toEqual(ofModels.toSorted());
  });

  test('is found by a mapper when it is made', () => {
    const error = caught('UPGRADE_GAP', () => new Mapper({ client, entities: [note(1), note(2)] }));
    expect(error.details.class).toBe('Note');
  });

  test('an accessor is looked at, never run', () => {
    @Entity({ table: 'notes' })
    @Versioned(1)
    class Note {
      #title = '';
      @PartitionKey({ type: 'string' }) id!: string;
      @Attribute({ type: 'string' }) get title(): string {
        return this.#title;
      }
      set title(title: string) {
        this.#title = title;
      }
    }
    expect(compileModel(Note).byProperty.get('title')).toMatchObject({ type: 'string' });
  });
});
