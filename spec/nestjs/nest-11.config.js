// The specs of this folder on Nest 11, which is installed under names of its own: its packages, and the specs, find one another here.
import config from '../../jest.config.js';

const older = { '^@nestjs/(common|core|platform-express|testing)(/.*)?$': '<rootDir>/node_modules/nest-11-$1$2' };

export default {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/spec/nestjs'],
  testPathIgnorePatterns: ['nest-11\\.spec'],
  moduleNameMapper: { ...older, ...config.moduleNameMapper },
};
