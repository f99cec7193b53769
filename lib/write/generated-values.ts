import { randomUUID } from 'node:crypto';
import type { AttributeModel } from '../model/attribute-model.js';
import type { ItemContext } from '../read/entity-context.js';

/** The values that a write generates: times and the revision. */
export type Generated = ReadonlyMap<AttributeModel, unknown>;

/** Generates the values for one write; `created` is the entity, if the write stores it for the first time. */
export function generateValues<T extends object>(
  { model, now: clock }: ItemContext<T>,
  created: T | undefined,
): Generated {
  const { createdAt, revision, updatedAt } = model;
  const now = clock();
  const generated = new Map<AttributeModel, unknown>();
  if (createdAt && created && propertyOf(created, createdAt) === undefined) {
    generated.set(createdAt, timestamp(createdAt, now));
  }
  if (updatedAt) generated.set(updatedAt, timestamp(updatedAt, now));
  if (revision) generated.set(revision, randomUUID());
  return generated;
}

/** The value of an entity's property. */
export function propertyOf(entity: object, { property }: AttributeModel): unknown {
  return (entity as Readonly<Record<string, unknown>>)[property];
}

/** The time in the notation of the property. Always a new Date, because Dates can be changed. */
function timestamp({ type }: AttributeModel, now: Date): Date | string | number {
  if (type === 'string') return now.toISOString();
  return type === 'number' ? now.getTime() : new Date(now);
}
