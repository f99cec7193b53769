import { inspect } from 'node:util';
import { isMapperError, type MapperError } from '../errors.js';

/** Why an item can't be read, in a clause that doesn't name the item; `undefined` if only the message says. */
export function reasonOf(error: MapperError): string | undefined {
  if (isMapperError(error, 'UPGRADE_FAILED')) return error.cause === undefined ? undefined : thrownText(error.cause);
  if (isMapperError(error, 'ATTRIBUTE_TYPE')) {
    const { attribute, expected, found } = error.details;
    return `${attribute} is ${found}, but its declared type is ${expected}`;
  }
  if (isMapperError(error, 'INVALID_VERSION')) {
    const { attribute, found } = error.details;
    return `${attribute} is ${found}, which isn't a version`;
  }
  if (isMapperError(error, 'NEWER_VERSION')) {
    const { newest, version } = error.details;
    return `it has version ${version}, and this code knows versions up to ${newest}`;
  }
  if (isMapperError(error, 'TOO_OLD_VERSION')) {
    const { floor, version } = error.details;
    return `it has version ${version}, and versions below ${floor} are no longer read`;
  }
  if (isMapperError(error, 'HYDRATION_FAILED')) return `${error.details.member} threw ${thrownText(error.cause)}`;
  if (isMapperError(error, 'INVALID_ENTITY'))
    return error.details.issues.map(({ message, path }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return undefined;
}

/** What was thrown, on one line: a plain error says nothing by its name. */
function thrownText(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.toString() : inspect(thrown);
  return text.replace(/ \[[A-Z_]+, [^\]]*\]$/, '').replace(/^(Mapper)?Error: /, '');
}
