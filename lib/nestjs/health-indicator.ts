import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { isMapperError } from '../errors.js';
import type { Mapper } from '../mapper.js';
import { getMapperToken } from './tokens.js';

/** The result of a health check, as Terminus expects it. */
export type Health<Key extends string = string> = Record<Key, { status: 'up' | 'down'; [detail: string]: unknown }>;

/**
 * A health check for `HealthCheckService` of `@nestjs/terminus`: whether the engine answers and has the tables. Every
 * module can inject it.
 *
 * @example
 * class TablesHealth {
 *   constructor(readonly indicator: EvolveHealthIndicator) {}
 *   check = () => this.indicator.isHealthy('tables'); // for health.check([tables.check])
 * }
 */
@Injectable()
export class EvolveHealthIndicator {
  constructor(private readonly modules: ModuleRef) {}

  /**
   * Compares the tables of a mapper (named by `mapper`, if it has a name) with its entities. The status is down if the
   * engine fails, doesn't answer within `timeout` milliseconds (1,000 by default), or lacks a table. Other differences
   * are listed.
   */
  async isHealthy<const Key extends string>(
    key: Key,
    { mapper: name, timeout = 1_000 }: { readonly mapper?: string; readonly timeout?: number } = {},
  ): Promise<Health<Key>> {
    const mapper = this.modules.get<Mapper>(getMapperToken(name), { strict: false });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Health[string]>((resolve) => {
      const message = `no answer within ${timeout} ms`;
      timer = setTimeout(() => resolve({ status: 'down', message }), timeout);
    });
    try {
      return { [key]: await Promise.race([stateOf(mapper), late]) } as Health<Key>;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function stateOf(mapper: Mapper): Promise<Health[string]> {
  try {
    const differences = await mapper.verifyTables();
    const status = differences.some(({ what }) => what === 'table') ? 'down' : 'up';
    return { status, ...(differences.length > 0 && { differences: differences.map(({ message }) => message) }) };
  } catch (error) {
    if (!isMapperError(error)) throw error;
    return { status: 'down', code: error.code, message: error.message };
  }
}
