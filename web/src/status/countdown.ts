import { effect, signal, type Signal } from '@angular/core';
import { secondsUntil } from './seconds';

/** Whole seconds until a moment of the monotonic clock, counting down by themselves. To be called where components inject. */
export function countdown(until: () => number | undefined): Signal<number> {
  const seconds = signal(0);
  effect((onCleanup) => {
    const at = until();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const now = performance.now();
      const left = secondsUntil(at, now);
      seconds.set(left);
      if (at !== undefined && left > 0) timer = setTimeout(tick, at - now - (left - 1) * 1000 + 5);
    };
    tick();
    onCleanup(() => clearTimeout(timer));
  });
  return seconds.asReadonly();
}
