// `npm run test:without-generated-code`: what reads and writes entities, in a program that forbids code made of text
const { default: config } = await import('../../jest.config.js');

export default {
  ...config,
  rootDir: '../..',
  testMatch: ['hydration', 'query', 'repository', 'examples'].map((room) => `<rootDir>/spec/${room}/**/*.spec.ts`),
  setupFiles: ['<rootDir>/spec/support/without-generated-code.ts'],
};
