import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus, Logger } from '@nestjs/common';
import { type ErrorCode, MapperError } from 'dynamo-evolve';

const statuses = new Map<ErrorCode, HttpStatus>([
  // the request is wrong
  ['INVALID_CURSOR', HttpStatus.BAD_REQUEST],
  ['INVALID_KEY_VALUE', HttpStatus.BAD_REQUEST],
  ['NOT_FOUND', HttpStatus.NOT_FOUND],
  ['CONFLICT', HttpStatus.CONFLICT],
  ['ALREADY_EXISTS', HttpStatus.CONFLICT],
  // another instance, or this one a little later, can do it
  ['NEWER_VERSION', HttpStatus.SERVICE_UNAVAILABLE],
  ['MAPPER_CLOSED', HttpStatus.SERVICE_UNAVAILABLE],
  ['REQUEST_FAILED', HttpStatus.SERVICE_UNAVAILABLE],
  ['UNPROCESSED_KEYS', HttpStatus.SERVICE_UNAVAILABLE],
]);

/** What is used of Express's response. */
interface Response {
  status(code: number): Response;
  header(name: string, value: string): Response;
  json(body: unknown): void;
}

/** Answers what the mapper throws. Everything that isn't in the table is a fault of ours: 500, the details in the log alone. */
@Catch(MapperError)
export class MapperErrorFilter implements ExceptionFilter<MapperError> {
  readonly #logger = new Logger('ChatApi');

  catch(error: MapperError, host: ArgumentsHost): void {
    const status = statuses.get(error.code) ?? HttpStatus.INTERNAL_SERVER_ERROR;
    const response = host.switchToHttp().getResponse<Response>().status(status);
    if (status >= 500) this.#logger.error(error.message, error.stack);
    if (status === HttpStatus.SERVICE_UNAVAILABLE) response.header('retry-after', '1');
    const message = status >= 500 ? 'The server could not do this.' : error.message;
    response.json({ statusCode: status, error: error.code, message });
  }
}
