import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { toResponse } from 'dynamo-evolve';
import { map } from 'rxjs';

/** Sends entities in a form that loses nothing as JSON: Sets as arrays, and so on. */
@Injectable()
export class ResponseInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((body: unknown) => toResponse(body)));
  }
}
