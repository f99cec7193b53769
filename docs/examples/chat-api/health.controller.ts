import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { EvolveHealthIndicator } from 'dynamo-evolve/nestjs';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly tables: EvolveHealthIndicator,
  ) {}

  /** 200 if the engine answers and has the tables, else 503. */
  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.tables.isHealthy('tables')]);
  }
}
