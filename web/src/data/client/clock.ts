/** Time as the client sees it; a test brings its own. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start; all that is measured is measured with it. */
  now(): number;
  /** What the device's clock shows, right or wrong. */
  date(): Date;
  /** Calls back once after so many milliseconds, unless the function given back is called before. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Gives up on a promise after so many milliseconds; what it was waiting for may still happen. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>, error: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(error()));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** The n-th (from 0) of growing waits, spread a little so that a restarted server is not met by all at once. */
export function backoff(attempt: number, firstMs: number, maxMs: number): number {
  return Math.min(firstMs * 2 ** attempt, maxMs) * (0.8 + Math.random() * 0.4);
}
