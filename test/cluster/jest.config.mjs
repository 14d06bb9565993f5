import base from '../jest.config.mjs';

/** The long runs of the cluster, which `npm test` leaves out. One after the other: each wants the machine for itself. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['**/test/cluster/long/*.long.ts'],
  maxWorkers: 1,
  testTimeout: 300_000,
};
