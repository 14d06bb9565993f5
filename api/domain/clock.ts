/** Where time comes from, so that a test can hold it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. All intervals and deadlines are measured with it. */
  now(): number;
  /** Wall-clock time: only ever shown, never compared. */
  date(): Date;
  /** Calls `run` once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` every `ms` milliseconds; the answer stops it. */
  every(ms: number, run: () => void): () => void;
}

/** The machine's own clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
};
