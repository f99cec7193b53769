import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ErrorCode, isMapperError, type MapperError } from 'dynamo-evolve';
import { leakIn, listen } from '../leaks.js';
import { runOutside, useEngines } from './engines.js';

/** Something that ends in an error, with secrets wherever there can be any. */
export type Provocation = () => unknown;

/** The codes that a spec of this folder provokes, by the name of the spec. */
export const families = {
  models: [
    'NOT_AN_ENTITY',
    'UNDEFINED_CLASS',
    'INVALID_OPTION',
    'INVALID_CLASS_VERSION',
    'MISSING_PARTITION_KEY',
    'DUPLICATE_KEY',
    'INVALID_KEY',
    'INVALID_TEMPLATE',
    'INVALID_MEMBER',
    'DUPLICATE_ATTRIBUTE',
    'RESERVED_ATTRIBUTE',
    'UNKNOWN_TYPE',
    'UNSUPPORTED_SCHEMA',
    'DUPLICATE_INDEX',
    'UNKNOWN_INDEX_ATTRIBUTE',
    'INVALID_INDEX',
    'UPGRADE_GAP',
    'DUPLICATE_UPGRADE',
    'UPGRADE_BACKWARDS',
    'UPGRADE_BEYOND_VERSION',
    'UPGRADE_NOT_A_METHOD',
    'ASYNC_UPGRADE',
    'INVALID_STEP',
    'PROTECTED_STEP',
    'STEP_PATH_TWICE',
    'STEP_TARGET_TAKEN',
    'INVALID_DOWNGRADE',
    'SHARED_TABLE',
    'UNKNOWN_ENTITY',
    'INVALID_WRITE_VERSION',
    'POINT_OF_NO_RETURN',
  ],
  reading: [
    'INVALID_VERSION',
    'NEWER_VERSION',
    'TOO_OLD_VERSION',
    'UPGRADE_FAILED',
    'DOWNGRADE_FAILED',
    'INVALID_UPGRADE_RESULT',
    'PROTECTED_ATTRIBUTE',
    'STEP_TYPE',
    'ATTRIBUTE_TYPE',
    'KEY_MISMATCH',
    'WRONG_ENTITY',
    'INVALID_WIRE_VALUE',
    'HYDRATION_FAILED',
    'UNREADABLE_CHANGE',
    'UNKNOWN_CHANGE',
  ],
  values: [
    'UNSUPPORTED_VALUE',
    'INVALID_NUMBER',
    'INVALID_NAME',
    'EMPTY_SET',
    'CIRCULAR_VALUE',
    'TOO_DEEP',
    'INVALID_KEY_VALUE',
    'MISSING_ATTRIBUTE',
    'INVALID_VALUE',
    'INVALID_ENTITY',
    'INVALID_SCHEMA',
    'UNKNOWN_ATTRIBUTE',
    'INCOMPLETE_KEY',
  ],
  writing: [
    'ALREADY_EXISTS',
    'NOT_FOUND',
    'AMBIGUOUS_KEY',
    'CONFLICT',
    'CONDITION_FAILED',
    'CONDITION_TOO_LARGE',
    'DYNAMIC_UPGRADE',
    'DOWNGRADE_LOSES',
    'UNFENCED_COMMAND',
    'PARTIAL_ENTITY',
    'CHANGE_IMAGE',
    'MISSING_PARENT',
    'FENCE_REQUIRED',
    'WRITES_FORBIDDEN',
  ],
  requests: [
    'INVALID_ARGUMENT',
    'INVALID_CONDITION',
    'INVALID_CURSOR',
    'AWAITED_QUERY',
    'INDEX_MAY_MISS_ITEMS',
    'REQUEST_FAILED',
    'UNPROCESSED_KEYS',
    'WRITE_QUEUE_FULL',
    'TABLE_NOT_READY',
    'TABLE_MISMATCH',
    'NAME_TOO_LONG',
    'TABLETS_UNSUPPORTED',
    'STREAM_VIEW',
    'TRIMMED_DATA',
    'MAPPER_CLOSED',
    'MISSING_PEER',
  ],
  tools: ['INVALID_SAMPLE', 'INVALID_SCHEMA_LOCK', 'INVALID_CONFIG'],
} as const satisfies Record<string, readonly ErrorCode[]>;

type Family = keyof typeof families;

/** Provokes every code of a family through the public API; neither the errors nor the channels tell a secret. */
export function specifyPrivacy<Name extends Family>(
  family: Name,
  provocations: Readonly<Record<(typeof families)[Name][number], readonly Provocation[]>>,
): void {
  useEngines();
  const telemetry = useTelemetry();
  const codes: readonly (typeof families)[Name][number][] = families[family];
  const cases = codes.flatMap((code) => provocations[code].map((provoke, at) => ({ code, number: at + 1, provoke })));

  describe('no error tells a stored value', () => {
    test.each(cases)('$code ($number)', async ({ code, provoke }) => {
      const error = await errorOf(code, provoke);
      expect(leakIn(error)).toBeUndefined();
      expect(telemetry.current.leaks).toEqual([]);
    });

    test('of the whole family', () => {
      expect(codes.filter((code) => provocations[code].length === 0)).toEqual([]);
    });
  });
}

/** Listens to the channels in every test. */
export function useTelemetry(): { current: ReturnType<typeof listen> } {
  const telemetry = { current: undefined as never as ReturnType<typeof listen> };
  beforeEach(() => {
    telemetry.current = listen();
  });
  afterEach(() => {
    telemetry.current.stop();
    jest.restoreAllMocks();
  });
  return telemetry;
}

/** What a provocation throws or rejects with. */
export async function errorOf(code: ErrorCode, provoke: Provocation): Promise<MapperError> {
  const error: unknown = await runOutside(provoke).then(
    (value) => new Error(`${code} was expected, but nothing thrown`, { cause: value }),
    (reason: unknown) => reason,
  );
  if (!isMapperError(error, code)) throw new Error(`${code} was expected, but something else thrown`, { cause: error });
  return error;
}
