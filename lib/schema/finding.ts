/** What `dynamo-evolve check` can find. The codes are stable. */
export type FindingCode =
  | 'INVALID_MODEL'
  | 'UPGRADE_MISSING'
  | 'LOCK_MISSING'
  | 'LOCK_OUTDATED'
  | 'HISTORY_EDITED'
  | 'ENTITY_VANISHED'
  | 'VERSION_LOWERED'
  | 'FLOOR_RAISED'
  | 'SHAPE_CHANGED'
  | 'ATTRIBUTE_VANISHED'
  | 'ATTRIBUTE_NOT_PROVIDED'
  | 'KEY_CHANGED'
  | 'INDEX_CHANGED'
  | 'SAMPLE_INVALID'
  | 'SAMPLE_MISSING'
  | 'SAMPLE_UNREADABLE';

/** A mistake in a schema, and how to fix it. */
export interface Finding {
  readonly code: FindingCode;
  /** The name of the class, or of the entity in the lock. */
  readonly entity: string;
  /** What is wrong: a sentence without its full stop. */
  readonly problem: string;
  /** What to do about it. */
  readonly fix: string;
}
