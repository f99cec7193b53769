import { expect, jest, test } from '@jest/globals';

test('without dynalite, startEmbeddedEngine() says what to install', async () => {
  const cause = Object.assign(new Error("Cannot find package 'dynalite'"), { code: 'ERR_MODULE_NOT_FOUND' });
  jest.unstable_mockModule('dynalite', () => {
    throw cause;
  });
  const { startEmbeddedEngine } = await import('../../lib/testing/index.js');
  await expect(startEmbeddedEngine()).rejects.toMatchObject({
    code: 'MISSING_PEER',
    message: expect.stringContaining('npm install --save-dev dynalite'),
    cause,
  });
});
