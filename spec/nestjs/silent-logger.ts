import type { LoggerService } from '@nestjs/common';

/** Tells nothing, for tests that expect errors. */
export const silent: LoggerService = { log() {}, warn() {}, error() {} };
