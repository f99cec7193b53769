// `npm run test:standard-decorators`: the model, hydration and the worked example, compiled with standard decorators
const { default: config } = await import('../../jest.config.js');

const [[files, [transformer, options]]] = Object.entries(config.transform);
const { legacyDecorator: _, decoratorMetadata: __, ...transform } = options.jsc.transform;
const jsc = { ...options.jsc, transform: { ...transform, decoratorVersion: '2022-03' } };

export default {
  ...config,
  rootDir: '../..',
  testMatch: ['model/**/*', 'hydration/**/*', 'examples/{messages,sessions,upgrades}', 'toolbox/three-ways'].map(
    (specs) => `<rootDir>/spec/${specs}.spec.ts`,
  ),
  // the types that compilers emit: standard decorators get none
  testPathIgnorePatterns: [...config.testPathIgnorePatterns, '<rootDir>/spec/model/emitted-types'],
  moduleNameMapper: {
    ...config.moduleNameMapper,
    // its decorators are experimental ones, so programs hand them to @Legacy
    '^class-transformer$': '<rootDir>/spec/support/legacy-class-transformer.ts',
  },
  transform: { [files]: [transformer, { ...options, jsc }] },
};
