// `npm run test:all`: every suite, every property and search at its full count
process.env.EFFORT = 'full';

const { default: config } = await import('../../jest.config.js');

export default { ...config, rootDir: '../..' };
