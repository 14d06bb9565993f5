/** @type {import('jest').Config} */
export default {
  rootDir: '..',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/setup.mjs',
  // Browsers and servers wait more than they work.
  maxWorkers: '100%',
  testEnvironment: 'node',
  // A watchdog, not an assertion: tests wait for what they are told, however slow the machine.
  testTimeout: 60_000,
  // What a test has left behind must not keep the run from ending: in one process, after the torture, it now and then did.
  forceExit: true,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
