/**
 * `npm run bench:cluster`: what a message, a delivery and an idle connection cost on each node and on Redis, as time
 * of the processor that the kernel has counted, with 1, 2 and 3 nodes. It prints a table, and writes measured.json
 * beside it when told `--save`, and what is
 * computed from that into docs/scaling.md.
 */
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from '../build.mjs';

const MESSAGES = 500;
const WARM_UP = 1500;
const READERS = [12, 600];
const IDLE = { people: 1000, rooms: 500, seconds: 20 };
/** As long as chat messages usually are. */
const TEXT = 'An ordinary message, neither long nor short, of about a hundred letters, as people type them all day. ';
const UNLIMITED = Object.fromEntries(
  ['SEND', 'JOIN', 'ROOMS', 'TYPING', 'POLL'].map((a) => [`CHAT_LIMIT_${a}`, 'off']),
);
/** Of /proc/<pid>/stat, fixed in Linux. */
const TICKS_PER_SECOND = 100;

const PAGE = new URL('../../docs/scaling.md', import.meta.url);

const started = [];

/** Seconds of processor that the process has used. */
function used({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Bytes of memory that the process holds. */
const held = ({ pid }) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'chat-bench-'));
  const port = await freePort();
  const settings = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const redis = spawn('redis-server', ['--bind', '127.0.0.1', '--port', port, '--dir', folder, ...settings]);
  started.push(redis);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await printed(redis, /Ready to accept/);
  return { redis, url: `redis://127.0.0.1:${port}` };
}

async function startNode(redisUrl) {
  const bounds = { CHAT_MAX_CONNECTIONS_PER_ADDRESS: '100000' };
  const env = { HOST: '127.0.0.1', PORT: '0', CHAT_STORE: 'redis', REDIS_URL: redisUrl, ...UNLIMITED, ...bounds };
  const node = spawn(process.execPath, ['dist/api/main.js'], { env });
  started.push(node);
  const [, url] = await printed(node, /(http:\S+)/);
  return { node, url: url.replace('localhost', '127.0.0.1') };
}

async function printed(child, pattern) {
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const match = pattern.exec(text);
    if (!match) continue;
    child.stdout.resume();
    return match;
  }
  throw new Error(`ended: ${text}`);
}

function crowdOf() {
  const crowd = fork(new URL('crowd.mjs', import.meta.url));
  started.push(crowd);
  return async (order, details = {}) => {
    crowd.send({ order, ...details });
    const [{ done, failed }] = await once(crowd, 'message');
    if (failed) throw new Error(failed);
    return done;
  };
}

/** What each process used while that was done, in seconds of processor. */
async function cost(processes, run) {
  const before = processes.map(used);
  const result = await run();
  return { result, costs: processes.map((child, at) => used(child) - before[at]) };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

async function measure(count) {
  const { redis, url } = await startRedis();
  const nodes = [];
  for (let number = 0; number < count; number++) nodes.push(await startNode(url));
  const urls = nodes.map((node) => node.url);
  const processes = [redis, ...nodes.map(({ node }) => node)];
  const rows = [];
  const order = crowdOf();
  await order('join', { urls, room: 'lobby', count: READERS[0] });
  // A process that was just started is slow: its code is not yet compiled.
  await order('talk', { messages: WARM_UP, text: TEXT });
  for (const readers of READERS) {
    await order('join', { urls, room: 'lobby', count: readers - (rows[0]?.readers ?? READERS[0]) });
    // What joining left to be done is not the talk's.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const { result, costs } = await cost(processes, () => {
      return order('talk', { messages: MESSAGES, text: TEXT });
    });
    rows.push({ readers, redis: costs[0], nodes: costs.slice(1), ...result });
  }
  // Two numbers of readers tell what a message costs from what each of its deliveries costs.
  const [few, many] = rows;
  const delivery = (sum(many.nodes) - sum(few.nodes)) / (many.deliveries - few.deliveries);
  const message = (sum(few.nodes) - delivery * few.deliveries) / MESSAGES;
  await order('leave');
  stop();
  return {
    nodes: count,
    microsecondsPerDelivery: delivery * 1e6,
    microsecondsPerMessageOnAllNodes: message * 1e6,
    microsecondsPerMessageOnRedis: (sum(rows.map((row) => row.redis)) / (MESSAGES * rows.length)) * 1e6,
    bytesPerDelivery: many.bytes / many.deliveries,
    busiestNodeShare: Math.max(...many.nodes) / (sum(many.nodes) / count),
  };
}

/** What it costs that people only listen, and that a node follows a room in which nothing happens. */
async function measureIdle() {
  const { redis, url } = await startRedis();
  const { node, url: open } = await startNode(url);
  const order = crowdOf();
  const quiet = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const { costs } = await cost([node, redis], () => new Promise((go) => setTimeout(go, IDLE.seconds * 1000)));
    return costs.map((seconds) => (seconds / IDLE.seconds) * 1e6);
  };
  await order('join', { urls: [open], room: 'lobby', count: 100 });
  const [memory, bare] = [held(node), held(redis)];
  await order('join', { urls: [open], room: 'lobby', count: IDLE.people });
  const people = await quiet();
  const grown = [held(node) - memory, held(redis) - bare].map((bytes) => bytes / IDLE.people);
  const each = people.map((micros) => micros / (IDLE.people + 100));
  await order('enter', { url: open, rooms: IDLE.rooms });
  const rooms = await quiet();
  stop();
  // Whoever is in a room of their own is a person too.
  const more = rooms.map((micros, at) => Math.max(0, micros - people[at] - IDLE.rooms * each[at]) / IDLE.rooms);
  return {
    person: {
      microsecondsOnNode: each[0],
      microsecondsOnRedis: each[1],
      bytesOnNode: grown[0],
      bytesOnRedis: grown[1],
    },
    room: { microsecondsOnNode: more[0], microsecondsOnRedis: more[1] },
  };
}

function stop() {
  for (const child of started.splice(0)) child.kill('SIGKILL');
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.once('exit', stop);

buildStale();
try {
  const runs = [];
  for (const count of [1, 2, 3]) {
    const run = await measure(count);
    runs.push(run);
    console.log(JSON.stringify(run, round));
  }
  const idle = await measureIdle();
  console.log(JSON.stringify(idle, round));
  const measured = { machine: `${cpus().length} × ${cpus()[0].model}`, node: process.version, runs, idle };
  if (process.argv.includes('--save')) {
    writeFileSync(new URL('measured.json', import.meta.url), JSON.stringify(measured, round, 2) + '\n');
    const shown = execFileSync(process.execPath, [fileURLToPath(new URL('simulate.mjs', import.meta.url))]);
    const page = readFileSync(PAGE, 'utf8').replace(/^```text\n.*?^```$/ms, () => `\`\`\`text\n${shown}\`\`\``);
    writeFileSync(PAGE, page);
  }
} finally {
  stop();
}

function round(_key, value) {
  return typeof value === 'number' ? Number(value.toPrecision(3)) : value;
}
