import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import type { describe as Describe } from '@jest/globals';

/** Where Debian keeps what only servers run, which is not in everybody's path. */
process.env['PATH'] = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].filter(Boolean).join(delimiter);

/** Nothing outside of Jest, where programs are only run. */
const { describe } = globalThis as unknown as { describe: typeof Describe };

/** A program that the machine of whoever runs the tests may lack. */
export interface Program {
  /** Any of these will do. */
  names: readonly string[];
  version: string;
  /** What to do about it. */
  install: string;
}

/** The first of the names that is there. */
export const found = ({ names, version }: Program) => names.find((name) => !spawnSync(name, [version]).error);

export function need(program: Program): string {
  const name = found(program);
  if (name === undefined) throw new Error(`${program.names[0]} is missing: ${program.install}`);
  return name;
}

/** Skips loudly where one of the programs is missing; with CHAT_TEST_STRICT=1 the tests run, and fail. */
export function describeWith(...programs: Program[]): typeof Describe {
  if (describe === undefined) return describe;
  const missing = programs.filter((program) => found(program) === undefined);
  if (missing.length === 0 || process.env['CHAT_TEST_STRICT'] === '1') return describe;
  const wanted = missing.map(({ names, install }) => `${names[0]} (${install})`);
  console.warn(`NOT TESTED: what needs ${wanted.join(' and ')}`);
  return describe.skip as typeof Describe;
}

const given = new Set<number>();

/** A port that nobody has just now, nor was given before, for programs that cannot be told to choose one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}
