/** What `check` can find. The codes are stable. */
export type FindingCode =
  | 'INVALID_MODEL'
  | 'UPGRADE_MISSING'
  | 'LOCK_MISSING'
  | 'LOCK_OUTDATED'
  | 'HISTORY_EDITED'
  | 'ENTITY_VANISHED'
  | 'VERSION_LOWERED'
  | 'SHAPE_CHANGED'
  | 'ATTRIBUTE_VANISHED'
  | 'ATTRIBUTE_NOT_PROVIDED'
  | 'KEY_CHANGED'
  | 'INDEX_CHANGED'
  | 'SAMPLE_MISSING'
  | 'SAMPLE_UNREADABLE';

/** Something that is wrong, and how to mend it. */
export interface Finding {
  readonly code: FindingCode;
  /** The class, or the entity as the lock names it. */
  readonly entity: string;
  readonly problem: string;
  readonly mend: string;
}
