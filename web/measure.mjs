/**
 * Weighs what a browser must load before the page runs: the scripts that index.html names, and all that
 * they import statically. Run after the build; exits 1 over the limit.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 150_000;
const root = join(dirname(fileURLToPath(import.meta.url)), '../dist/web');
const html = readFileSync(join(root, 'index.html'), 'utf8');

const waiting = [
  ...html.matchAll(/<script[^>]+src="([^"]+)"/g),
  ...html.matchAll(/<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g),
].map((match) => match[1].replace(/^\//, ''));

const sizes = new Map();
while (waiting.length > 0) {
  const file = waiting.pop();
  if (sizes.has(file)) continue;
  const source = readFileSync(join(root, file));
  sizes.set(file, gzipSync(source, { level: 9 }).length);
  for (const [, path] of source.toString().matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+\.js)"/g)) {
    waiting.push(posix.join(posix.dirname(file), path));
  }
}

const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of sizes) console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  initial JavaScript, gzip (limit ${LIMIT / 1000} kB)`);
if (total > LIMIT) {
  console.error('The initial JavaScript is over its limit.');
  process.exit(1);
}
