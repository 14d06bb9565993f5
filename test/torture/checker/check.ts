import type { Run } from '../record.js';
import { brokenAgreement } from './agreement.js';
import { brokenAcknowledgements } from './acknowledgements.js';
import { brokenEpochs } from './epochs.js';
import { brokenLinks } from './links.js';
import { brokenOrder } from './order.js';
import { brokenRefusals } from './refusals.js';
import { brokenScreens } from './screens.js';
import { brokenViews } from './views.js';
import type { Violation } from './violation.js';

/**
 * Decides from what clients saw and what they were promised alone whether the promises were kept; it knows
 * nothing of the server. None is broken when there is nothing in the answer.
 */
export function check(run: Run): Violation[] {
  const wrong = run.entries.flatMap((entry): Violation[] => {
    if (entry.kind !== 'wrong') return [];
    const promise = /caught up|was answered/.test(entry.what) ? 'everyone catches up' : 'the contract';
    return [{ promise, client: entry.client, evidence: entry.what.split('\n', 1)[0]!.slice(0, 300) }];
  });
  const checks = [
    brokenOrder,
    brokenAgreement,
    brokenLinks,
    brokenEpochs,
    brokenAcknowledgements,
    brokenRefusals,
    brokenViews,
    brokenScreens,
  ];
  return [...checks.flatMap((broken) => broken(run)), ...wrong];
}
