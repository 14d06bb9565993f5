import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Whether server and load each get a core that the other does not touch. */
export const pinned = availableParallelism() >= 2 && canPin(0) && canPin(1);

/** A program's command line, on a core of its own where the system can do that. */
export function onCore(core: 0 | 1, program: string, args: string[]): [program: string, args: string[]] {
  return pinned ? ['taskset', ['-c', String(core), program, ...args]] : [program, args];
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGB: number;
  node: string;
  system: string;
  pinned: boolean;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    pinned,
  };
}

function canPin(core: number): boolean {
  return spawnSync('taskset', ['-c', String(core), 'true']).status === 0;
}
