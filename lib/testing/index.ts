export { type EmbeddedEngine, startEmbeddedEngine } from './embedded-engine.js';
