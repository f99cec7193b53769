import type { ErrorCode, ErrorDetails } from 'dynamo-evolve';

const upgrade = { class: 'Note', method: 'NoteUpgrades.first', from: 1, to: 2 };
const item = { entity: 'Note', key: { id: 'a' } };
const member = { class: 'Note', member: 'title' };

/** Details of every error there is, all of them. */
export const sampleDetails: { readonly [Code in ErrorCode]: Required<ErrorDetails[Code]> } = {
  NOT_AN_ENTITY: { class: 'Note', missing: '@Entity' },
  UNDEFINED_CLASS: { where: 'The option upgrades of @Versioned on Note' },
  INVALID_CLASS_VERSION: { class: 'Note', option: 'floor', problem: 'is 3, above the version 2' },
  MISSING_PARTITION_KEY: { class: 'Note' },
  DUPLICATE_KEY: { class: 'Note', role: 'sort key', members: ['first', 'second'] },
  INVALID_KEY: { ...member, problem: 'its type is boolean' },
  INVALID_MEMBER: { ...member, decorator: '@CreatedAt', problem: 'it is static' },
  DUPLICATE_ATTRIBUTE: { class: 'Note', attribute: 't', members: ['title', 'topic'] },
  RESERVED_ATTRIBUTE: { ...member, attribute: 'v', role: 'version' },
  UNKNOWN_TYPE: { ...member, found: 'Promise' },
  DUPLICATE_INDEX: { class: 'Note', index: 'by_title' },
  UNKNOWN_INDEX_ATTRIBUTE: { ...member, index: 'by_title', known: ['id', 'body'] },
  INVALID_INDEX: { class: 'Note', index: 'by_title', problem: 'names no key' },
  UPGRADE_GAP: { class: 'Note', version: 7, newest: 9, steps: ['1 → 7'] },
  DUPLICATE_UPGRADE: { ...upgrade, other: 'NoteUpgrades.second' },
  UPGRADE_BACKWARDS: upgrade,
  UPGRADE_BEYOND_VERSION: { ...upgrade, newest: 5 },
  UPGRADE_NOT_A_METHOD: { ...upgrade, found: 'an accessor' },
  ASYNC_UPGRADE: upgrade,
  INVALID_DOWNGRADE: { ...upgrade, problem: 'is there twice' },
  SHARED_TABLE: { table: 'notes', classes: ['Note', 'Other'], problem: 'their keys differ' },
  UNKNOWN_ENTITY: { class: 'Other', known: ['Note'] },

  INVALID_VERSION: { ...item, attribute: 'schema_version', found: 'the number 1.5' },
  NEWER_VERSION: { ...item, version: 9, newest: 7 },
  TOO_OLD_VERSION: { ...item, version: 3, floor: 5 },
  UPGRADE_FAILED: { ...item, from: 1, to: 2, method: 'NoteUpgrades.first' },
  INVALID_UPGRADE_RESULT: { method: 'NoteUpgrades.first', found: 'a promise' },
  PROTECTED_ATTRIBUTE: { method: 'NoteUpgrades.first', attribute: 'id' },
  ATTRIBUTE_TYPE: { ...item, attribute: 'title', expected: 'string', found: 'a number' },
  WRONG_ENTITY: { ...item, attribute: 'kind' },
  INVALID_WIRE_VALUE: { path: 'title', found: 'no AttributeValue' },
  HYDRATION_FAILED: { ...item, member: 'title' },

  UNSUPPORTED_VALUE: { path: 'meta.done', found: 'a function' },
  INVALID_NUMBER: { path: 'stars', found: 'NaN' },
  INVALID_NAME: { path: 'meta' },
  EMPTY_SET: { path: 'meta.tags' },
  CIRCULAR_VALUE: { path: 'meta.parent' },
  TOO_DEEP: { path: 'meta', limit: 32 },
  INVALID_KEY_VALUE: { ...member, expected: 'string, not empty', found: 'absent' },
  MISSING_ATTRIBUTE: { ...item, members: ['title', 'body'] },
  UNKNOWN_ATTRIBUTE: { ...member, known: ['id', 'body'] },

  ALREADY_EXISTS: item,
  NOT_FOUND: item,
  CONFLICT: item,
  CONDITION_TOO_LARGE: item,
  MISSING_PARENT: { ...item, paths: ['settings.theme', 'list[2]'] },
  FENCE_REQUIRED: { call: 'insert()' },
  WRITES_FORBIDDEN: { table: 'notes' },

  INVALID_ARGUMENT: { call: 'query', argument: 'limit', problem: 'is no integer from 1' },
  INVALID_CURSOR: { problem: 'belongs to another query' },
  INDEX_MAY_MISS_ITEMS: { class: 'Note', index: 'by_title', since: 6, floor: 4 },
  REQUEST_FAILED: { operation: 'Query', table: 'notes', reason: 'ThrottlingException' },
  UNPROCESSED_KEYS: { table: 'notes', count: 17, attempts: 10 },
  TABLE_NOT_READY: { table: 'notes', status: 'CREATING', seconds: 600 },
  TABLE_MISMATCH: { table: 'notes', problem: 'has other keys' },
  MAPPER_CLOSED: { call: 'get()' },
  MISSING_PEER: { package: 'dynalite', needed: 'startEmbeddedEngine()' },

  INVALID_SAMPLE: { file: 'spec/samples/note/v1-plain.json', problem: 'holds no JSON' },
};
