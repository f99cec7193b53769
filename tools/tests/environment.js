// Plain JavaScript: Jest loads its environments as they stand.
import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/** What has run since the last suite ended. */
const storages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  storages.add(this);
  return run.apply(this, args);
};

/**
 * Jest's environment of Node, which ends what each suite leaves behind: Jest makes an `AsyncLocalStorage` for each, and
 * on Node 20 every one that has run is handed on with every promise of all suites that follow.
 */
export default class SuiteEnvironment extends TestEnvironment {
  async teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    await super.teardown();
  }
}
