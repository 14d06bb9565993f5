import base from './jest.config.mjs';

/** The long runs, which `npm test` leaves out. One after the other: each wants the machine for itself. */
export default {
  ...base,
  testMatch: ['**/*.long.ts'],
  maxWorkers: 1,
  testTimeout: 300_000,
};
