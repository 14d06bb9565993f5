/**
 * What many people would take, computed from measured.json, and checked: the same crowd is spread over the nodes and
 * Redis shards at random, talks for ten simulated seconds, and is counted. docs/scaling.md shows what this prints.
 */
import { readFileSync } from 'node:fs';

const {
  runs,
  idle: { person, room: followed },
} = JSON.parse(readFileSync(new URL('measured.json', import.meta.url), 'utf8'));

/** Of a processor and of a shard, so that a burst, a lost node and a restart find room. */
const FULL = 0.6;
/** What a message is in Redis's stream and on its way to a node, beside its text; bytes. */
const ENTRY = 300;
/** TCP, IP and WebSocket around what is sent; bytes. */
const WRAPPING = 70;
/** Somebody on the list of `room:joined`, and a `presence:changed` for one; bytes. */
const LISTED = 65;
const CHANGED = 150;
/** How long people stay; seconds. */
const STAY = 1800;
const SECONDS = 10;

const MILLION = { people: 1_000_000, rooms: 10_000, perSecond: 1_000_000 / 60 };
/** `together`: on how many nodes the people of one room are kept, where the balancer chooses by the room. */
const SCENARIOS = [
  { name: 'a million people in ten thousand rooms', ...MILLION },
  { name: 'the same, each room kept on two nodes', ...MILLION, together: 2 },
  { name: 'a hundred thousand people in one room', people: 100_000, rooms: 1, perSecond: 10 },
];

/** A straight line through what was measured with 1, 2 and 3 nodes: what there is once, and what each node adds. */
function line(figure) {
  const first = runs.at(0)[figure];
  const each = Math.max(0, (runs.at(-1)[figure] - first) / (runs.length - 1));
  return { once: Math.max(0, first - each), each };
}

const average = (figure) => runs.reduce((total, run) => total + run[figure], 0) / runs.length;

// Microseconds of a processor.
const delivery = average('microsecondsPerDelivery');
const onNodes = line('microsecondsPerMessageOnAllNodes');
const onRedis = line('microsecondsPerMessageOnRedis');
const bytes = average('bytesPerDelivery');

/** On how many of the nodes a room has somebody, if all its people choose at random. */
const spread = (people, nodes) => nodes * (1 - (1 - 1 / nodes) ** people);

function compute({ people, rooms, perSecond, together = Infinity }, nodes) {
  const follow = spread(people / rooms, Math.min(nodes, together));
  const deliveries = (perSecond * people) / rooms;
  const work = perSecond * (onNodes.once + onNodes.each * follow) + deliveries * delivery;
  const listening = people * person.microsecondsOnNode + rooms * follow * followed.microsecondsOnNode;
  const said = perSecond * (onRedis.once + onRedis.each * follow);
  const kept = people * person.microsecondsOnRedis + rooms * follow * followed.microsecondsOnRedis;
  return {
    deliveries,
    follow,
    perNode: (work + listening) / nodes / 1e6,
    redis: (said + kept) / 1e6,
    out: (deliveries * (bytes + WRAPPING)) / nodes,
    fromRedis: perSecond * follow * ENTRY,
  };
}

function nodesFor(scenario) {
  for (let nodes = 1; ; nodes++) if (compute(scenario, nodes).perNode <= FULL) return nodes;
}

/** Numbers that only look random: the same seed gives the same ones (mulberry32). */
function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The crowd itself: every person on a node, every room in a shard, every message to whom it goes. */
function simulate({ people, rooms, perSecond, together = Infinity }, nodes, shards) {
  const random = randomFrom(20260131);
  const nodeBusy = new Float64Array(nodes).fill(0);
  const shardBusy = new Float64Array(shards).fill(0);
  let follows = 0;
  let messages = 0;
  let deliveries = 0;
  let next = -Math.log(1 - random()) / perSecond;
  const said = new Uint32Array(rooms);
  for (; next < SECONDS; next += -Math.log(1 - random()) / perSecond) said[Math.floor(random() * rooms)]++;
  for (let room = 0; room < rooms; room++) {
    const here = new Uint32Array(nodes);
    const first = Math.floor(random() * nodes);
    const among = Math.min(nodes, together);
    for (let member = 0; member < people / rooms; member++) here[(first + Math.floor(random() * among)) % nodes]++;
    const following = here.reduce((count, persons) => count + (persons > 0), 0);
    const count = said[room];
    messages += count;
    follows += count * following;
    for (let node = 0; node < nodes; node++) {
      if (here[node] === 0) continue;
      nodeBusy[node] += (here[node] * person.microsecondsOnNode + followed.microsecondsOnNode) * SECONDS;
      nodeBusy[node] += count * (onNodes.each + here[node] * delivery);
      deliveries += count * here[node];
    }
    for (let message = 0; message < count; message++) nodeBusy[Math.floor(random() * nodes)] += onNodes.once;
    const redis = count * (onRedis.once + onRedis.each * following);
    const kept = (people / rooms) * person.microsecondsOnRedis + following * followed.microsecondsOnRedis;
    shardBusy[Math.floor(random() * shards)] += redis + kept * SECONDS;
  }
  return {
    deliveries: deliveries / SECONDS,
    follow: follows / messages,
    perNode: nodeBusy.reduce((total, busy) => total + busy, 0) / nodes / SECONDS / 1e6,
    busiestNode: Math.max(...nodeBusy) / SECONDS / 1e6,
    redis: shardBusy.reduce((total, busy) => total + busy, 0) / SECONDS / 1e6,
    busiestShard: Math.max(...shardBusy) / SECONDS / 1e6,
  };
}

const whole = (number) => Math.round(number).toLocaleString('en');
const percent = (share) => `${(share * 100).toFixed(0)} %`;
const megabytes = (count) => `${(count / 1e6).toPrecision(2)} MB/s`;

function report(scenario) {
  const nodes = nodesFor(scenario);
  const computed = compute(scenario, nodes);
  const shards = Math.min(scenario.rooms, Math.max(1, Math.ceil(computed.redis / FULL)));
  const simulated = simulate(scenario, nodes, shards);
  const inRoom = scenario.people / scenario.rooms;
  const changes = (2 * scenario.people) / STAY;
  const rows = [
    ['messages each second', whole(scenario.perSecond)],
    ['deliveries each second', whole(computed.deliveries), whole(simulated.deliveries)],
    ['nodes of one core', whole(nodes)],
    ['  people on each', whole(scenario.people / nodes)],
    ['  memory for them', `${whole((scenario.people / nodes) * person.bytesOnNode * 1e-6)} MB`],
    ['  busy', percent(computed.perNode), percent(simulated.perNode)],
    ['  busy, the busiest', '', percent(simulated.busiestNode)],
    ['  sends', megabytes(computed.out)],
    ['  a message goes out in', `${((inRoom * delivery) / computed.follow / 1000).toPrecision(2)} ms`],
    ['nodes that follow a room', computed.follow.toFixed(1), simulated.follow.toFixed(1)],
    ['shards of Redis', whole(shards)],
    ['  cores busy in all', computed.redis.toFixed(2), simulated.redis.toFixed(2)],
    ['  busy, the busiest', '', percent(simulated.busiestShard)],
    ['  sends in all', megabytes(computed.fromRedis)],
    ['people who come or go each second', whole(changes)],
    ['  deliveries of that each second', whole(changes * inRoom)],
    ['  nodes of one core for that alone', whole(Math.ceil((changes * inRoom * delivery) / 1e6 / FULL))],
    ['  bytes of it from all nodes', megabytes(changes * inRoom * (CHANGED + WRAPPING))],
    ['  the list for those who come', megabytes((changes / 2) * inRoom * LISTED)],
  ];
  console.log(scenario.name.toUpperCase());
  console.log(`${''.padEnd(36)}${'computed'.padStart(12)}${'simulated'.padStart(12)}`);
  for (const [what, figure, check = ''] of rows) {
    console.log(`${what.padEnd(36)}${figure.padStart(12)}${check.padStart(12)}`.trimEnd());
  }
}

console.log('MICROSECONDS OF ONE CORE');
for (const [what, figure] of [
  ['a delivery, on its node', delivery],
  ['a message, on the node that takes it', onNodes.once],
  ['a message, on each node that follows', onNodes.each],
  ['a message, on Redis', onRedis.once],
  ['  and for each node that follows', onRedis.each],
  ['a person who listens, a second', person.microsecondsOnNode],
  ['  on Redis', person.microsecondsOnRedis],
  ['a room that a node follows, a second', followed.microsecondsOnNode],
  ['  on Redis', followed.microsecondsOnRedis],
]) {
  console.log(`${what.padEnd(36)} ${figure.toPrecision(2).padStart(11)}`);
}
for (const scenario of SCENARIOS) {
  console.log();
  report(scenario);
}
