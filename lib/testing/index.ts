export { describeUpgrades, type DescribeUpgradesOptions } from './describe-upgrades.js';
export { type EmbeddedEngine, startEmbeddedEngine } from './embedded-engine.js';
