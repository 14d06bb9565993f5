/**
 * Loaded into every measured server in front of its own code: tells over the process channel what the process
 * has used, the same way for all, so that no server has to know of being measured.
 */
import { Session } from 'node:inspector';
import { setTimeout as pause } from 'node:timers/promises';

const session = new Session();

/** Milliseconds. */
const ROUND = 400;
const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 25;
/** V8 gives pages that it keeps for new objects back to the system when they were not wanted for 8 s. */
const UNWANTED = 9_000;

const answers = {
  usage: () => process.cpuUsage(),
  memory: () => process.memoryUsage(),
  /**
   * What is still held after the garbage is gone, and with it the room that V8 keeps for more; once what was still to be
   * told has been sent, and it falls no more.
   */
  held: async () => {
    const collect = () => globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    for (let round = 1, last = Infinity; round <= MOST_ROUNDS; round++) {
      collect();
      await pause(ROUND);
      const { rss } = process.memoryUsage();
      if (round >= LEAST_ROUNDS && rss > last * 0.99) break;
      last = rss;
    }
    await pause(UNWANTED);
    collect();
    return process.memoryUsage();
  },
  startProfile: async () => {
    session.connect();
    await post('Profiler.enable');
    await post('Profiler.setSamplingInterval', { interval: 500 });
    await post('Profiler.start');
  },
  stopProfile: async () => (await post('Profiler.stop')).profile,
};

function post(method, parameters) {
  return new Promise((resolve, reject) =>
    session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))),
  );
}

// Threads of the server load this too, and have no channel.
if (process.channel) {
  process.on('message', async ({ id, ask }) => process.send({ id, answer: await answers[ask]() }));
  // The server lives as long as it has work of its own.
  process.channel.unref();
}
