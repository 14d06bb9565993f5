/** `npm start`: builds what is not built yet or older than its sources, then is the server. */
import { existsSync } from 'node:fs';
import { buildStale, refuse } from './build.mjs';

const OLDEST_NODE = 24;

if (parseInt(process.versions.node) < OLDEST_NODE) {
  refuse(
    `This needs Node.js ${OLDEST_NODE} or newer, and this is ${process.versions.node}.`,
    'Start it with "npm start": after "npm ci" (with its install scripts) that finds one of its own.',
  );
}
if (!existsSync(new URL('../node_modules', import.meta.url))) refuse('Nothing is installed yet. Run "npm ci" first.');
buildStale();
await import('../dist/api/main.js');
if (process.env.npm_lifecycle_event) endWithParent(process.ppid);

/** A signal to npm reaches only npm's shell, which dies of it and would leave the server behind, unseen. */
function endWithParent(parent) {
  const look = () => process.ppid === parent || process.kill(process.pid, 'SIGTERM');
  setInterval(look, 500).unref();
}
