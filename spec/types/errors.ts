import {
  type ErrorCode,
  type ErrorDetails,
  type ErrorKey,
  errorCodes,
  isMapperError,
  MapperError,
} from 'dynamo-evolve';
import { assertTypeOf, type Holds, type Same } from './assert-type.js';

assertTypeOf<readonly ErrorCode[]>()(errorCodes);

/** Every code has its details. */
export type Codes = Holds<Same<ErrorCode, keyof ErrorDetails>>;

/** The details of an error are one plain object type, as an editor shows them. */
export type Details = Holds<
  Same<
    MapperError<'NEWER_VERSION'>['details'],
    {
      readonly entity: string;
      readonly key: ErrorKey;
      readonly version: number;
      readonly newest: number;
    }
  >
>;

export function narrowing(error: unknown): void {
  // @ts-expect-error anything can be thrown
  void error.code;
  if (isMapperError(error)) {
    assertTypeOf<MapperError>()(error);
    assertTypeOf<ErrorCode>()(error.code);
    assertTypeOf<string | undefined>()(error.cursor);
    assertTypeOf<string>()(error.help);
    // @ts-expect-error details of which error?
    void error.details.version;
  }
  if (isMapperError(error, 'NEWER_VERSION')) {
    assertTypeOf<MapperError<'NEWER_VERSION'>>()(error);
    assertTypeOf<'NEWER_VERSION'>()(error.code);
    assertTypeOf<number>()(error.details.version);
    assertTypeOf<number>()(error.details.newest);
    assertTypeOf<string>()(error.details.entity);
    assertTypeOf<ErrorKey>()(error.details.key);
    // @ts-expect-error a detail of another error
    void error.details.floor;
    // @ts-expect-error details can't be changed
    error.details.version = 1;
  }
  // @ts-expect-error a code that there isn't
  isMapperError(error, 'NEW_VERSION');
}

export function making(): void {
  assertTypeOf<MapperError<'EMPTY_SET'>>()(new MapperError('EMPTY_SET', { path: 'tags' }));
  void new MapperError('EMPTY_SET', { path: 'tags' }, { cause: new Error('x') });
  // @ts-expect-error a code that there isn't
  void new MapperError('EMPTY_SETS', { path: 'tags' });
  // @ts-expect-error details of another error
  void new MapperError('EMPTY_SET', { class: 'Note' });
  // @ts-expect-error a call that there isn't
  void new MapperError('MAPPER_CLOSED', { call: 'sav()' });
  // @ts-expect-error no details
  void new MapperError('EMPTY_SET');
}

/** A handler for some errors, by their codes. */
export function handling(error: MapperError): string {
  switch (error.code) {
    case 'CONFLICT':
    case 'NOT_FOUND':
      return error.message;
    // @ts-expect-error a code that there isn't
    case 'GONE':
      return '';
    default:
      return error.help;
  }
}
