export { alternatorClient } from './alternator-client.js';
export type { AlternatorClient, AlternatorClientClass, AlternatorClientOptions } from './client-options.js';
