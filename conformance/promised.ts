import type { Trial } from './trial.ts';

/** A promise of the wire, and how it is tried. */
export interface Promised {
  name: string;
  /** Whether keeping it takes the server's own time, such as a heartbeat; it is tried beside the others. */
  slow?: boolean;
  /** Throws what is not as promised. */
  try(trial: Trial): Promise<void>;
}
