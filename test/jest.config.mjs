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
  // Node.js 24, at its own end, now and then waits for ever and busily for a request on a connection that was reset, as the
  // torture resets them: all tests have ended by then.
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
