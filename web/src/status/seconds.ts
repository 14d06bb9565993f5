/** Whole seconds until a moment, counting the one that has begun; 0 when it is there. */
export function secondsUntil(at: number | undefined, now: number): number {
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
