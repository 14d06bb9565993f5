import type { Scenario } from '../bench.ts';
import { fanOutMany, fanOuts, longPolling, smoke } from './fan-out.ts';

/** In the order in which they are run and shown. */
export const SCENARIOS: Scenario[] = [...fanOuts, fanOutMany, longPolling, smoke];
