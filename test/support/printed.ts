import { spawn } from 'node:child_process';

/** What documents say of a server's address; the one thing of their blocks that is not run as printed. */
export const addressed = (block: string, url: string): string => block.replaceAll('http://localhost:3000', url);

/** From what a block is said to print, where `…` stands for anything. */
export function pattern(printed: string): RegExp {
  const parts = printed.trimEnd().split('…');
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*')}`);
}

/** Runs a program to its end. */
export async function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { code, stdout, stderr };
}
