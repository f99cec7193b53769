export { EvolveModule } from './evolve-module.js';
export { EvolveHealthIndicator, type Health } from './health-indicator.js';
export type {
  EvolveAsyncOptions,
  EvolveFeatureOptions,
  EvolveModuleOptions,
  EvolveOptions,
  EvolveOptionsFactory,
} from './module-options.js';
export { getMapperToken, getRepositoryToken, InjectMapper, InjectRepository } from './tokens.js';
