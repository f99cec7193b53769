import { inspect } from 'node:util';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { type ErrorCode, MapperError } from 'dynamo-evolve';

const statuses = new Map<ErrorCode, number>([
  // the request is wrong
  ['INVALID_CURSOR', 400],
  ['INVALID_KEY_VALUE', 400],
  ['NOT_FOUND', 404],
  ['CONFLICT', 409],
  ['ALREADY_EXISTS', 409],
  // another instance can do it, or this one a little later
  ['NEWER_VERSION', 503],
  ['MAPPER_CLOSED', 503],
  ['REQUEST_FAILED', 503],
  ['UNPROCESSED_KEYS', 503],
  ['WRITE_QUEUE_FULL', 503],
]);

/** The part of Express's response that is used here. */
interface Response {
  status(code: number): Response;
  header(name: string, value: string): Response;
  json(body: unknown): void;
}

/**
 * Answers errors of the mapper. Everything that isn't in the table is a mistake of this application: 500, with the
 * details only in the log.
 */
@Catch(MapperError)
export class MapperErrorFilter implements ExceptionFilter<MapperError> {
  readonly #logger = new Logger('ChatApi');

  catch(error: MapperError, host: ArgumentsHost): void {
    const status = statuses.get(error.code) ?? 500;
    const response = host.switchToHttp().getResponse<Response>().status(status);
    if (status >= 500) this.#logger.error(inspect(error)); // with its stack, its details and its cause
    if (status === 503) response.header('retry-after', '1');
    const message = status >= 500 ? 'The server could not do this.' : error.message;
    response.json({ statusCode: status, error: error.code, message });
  }
}
