// `npm run test:stock-path`: what `npm test` runs, with requests sent through the client's own middlewares
const { default: config } = await import('../../jest.config.js');

export default {
  ...config,
  rootDir: '../..',
  testPathIgnorePatterns: [...config.testPathIgnorePatterns, '<rootDir>/spec/store/lean/'],
  setupFiles: ['<rootDir>/spec/support/stock-path.ts'],
};
