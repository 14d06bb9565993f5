import type { Retention } from './store/log-store.js';
import { parseLimit } from './limit-rules.js';
import { cleanEnv, EnvError, makeValidator, str } from 'envalid';
import proxyaddr from 'proxy-addr';

export class ConfigError extends Error {}

const wholeNumber = (minimum: number, maximum: number) =>
  makeValidator<number>((input) => {
    const value = /^\d{1,15}$/.test(input) ? Number(input) : NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new EnvError(`must be a whole number from ${minimum} to ${maximum}`);
  });

const secret = makeValidator<string>((input) => {
  if (input.length >= 16) return input;
  throw new EnvError('must be at least 16 characters, so that nobody guesses it');
});

const items = (input: string) => {
  return input
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
};

const origins = makeValidator<string[]>((input) => {
  const list = items(input);
  const wrong = list.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong === undefined) return list;
  throw new EnvError(`must be origins such as https://example.org, separated by commas; ${wrong} is none`);
});

const proxies = makeValidator<string[] | number>((input) => {
  if (/^\d{1,2}$/.test(input)) return Number(input);
  const ranges = items(input);
  try {
    proxyaddr.compile(ranges);
    return ranges;
  } catch {
    throw new EnvError(
      'must be a number of proxies, or addresses and networks such as 10.0.0.0/8, separated by commas',
    );
  }
});

const limit = makeValidator<ReturnType<typeof parseLimit>>((input) => parseLimit(input));

/** `90s`, `10m`, `24h`, `30d`: in milliseconds. */
function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (!count || Number(count) === 0) return undefined;
  return Number(count) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 's' | 'm' | 'h' | 'd'];
}

const duration = makeValidator<number>((input) => {
  const ms = parseDuration(input);
  if (ms !== undefined) return ms;
  throw new EnvError('must be a time such as 90s, 10m, 24h or 30d');
});

const retention = makeValidator<Retention>((input) => {
  const kept: Retention = {};
  for (const part of input.split(',').map((text) => text.trim())) {
    const age = parseDuration(part);
    if (age !== undefined) kept.age = age;
    else if (/^[1-9]\d{0,11}$/.test(part)) kept.count = Number(part);
    else
      throw new EnvError(
        `must be an age such as 30d, a count such as 100000, or both with a comma; ${part} is neither`,
      );
  }
  return kept;
});

const redisUrls = makeValidator<string[]>((input) => {
  const list = items(input);
  const right = (url: string) => URL.canParse(url) && /^rediss?:\/\/[^/]/.test(url);
  // Not the value: it may have a password.
  if (list.length > 0 && list.every(right)) return list;
  throw new EnvError('must be redis://host:port or rediss://…, several separated by commas');
});

/** `single`, `cluster`, or the name of a master behind `sentinel:`. */
const topologyName = makeValidator<string>((input) => {
  if (/^(single|cluster|sentinel:.{1,100})$/.test(input)) return input;
  throw new EnvError('must be single, cluster, or sentinel: and the name of the master');
});

const redisPrefix = makeValidator<string>((input) => {
  if (/^[\w.:-]{1,100}$/.test(input)) return input;
  throw new EnvError('must be letters, digits and . : _ - only');
});

const SPEC = {
  PORT: wholeNumber(0, 65535)({ default: 3000 }),
  HOST: str({ default: '' }),
  CHAT_SECRET: secret({ default: '' }),
  CHAT_LOG_LEVEL: str({ choices: ['error', 'warn', 'log', 'debug'], default: 'warn' }),
  CHAT_STORE: str({ choices: ['memory', 'sqlite', 'redis'], default: 'memory' }),
  CHAT_SQLITE_PATH: str({ default: 'chat.sqlite' }),
  REDIS_URL: redisUrls({ default: [] }),
  CHAT_REDIS_TOPOLOGY: topologyName({ default: 'single' }),
  CHAT_REDIS_PREFIX: redisPrefix({ default: 'chat' }),
  CHAT_REDIS_WAIT: wholeNumber(0, 10)({ default: 0 }),
  CHAT_RETENTION: retention({ default: {} }),
  CHAT_ROOM_IDLE: duration({ default: 86_400_000 }),
  CHAT_HISTORY_LIMIT: wholeNumber(1, 100_000)({ default: 200 }),
  CORS_ORIGINS: origins({ default: [] }),
  TRUST_PROXY: proxies({ default: 0 }),
  CHAT_MAX_CONNECTIONS: wholeNumber(1, 1_000_000)({ default: 10_000 }),
  CHAT_MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000)({ default: 200 }),
  CHAT_MAX_ROOMS: wholeNumber(1, 1_000_000)({ default: 1_000 }),
  CHAT_MAX_PEOPLE: wholeNumber(1, 1_000_000)({ default: 20_000 }),
  CHAT_MAX_PEOPLE_PER_ROOM: wholeNumber(1, 1_000_000)({ default: 5_000 }),
  CHAT_MAX_REMEMBERED_IDS: wholeNumber(100, 10_000_000)({ default: 20_000 }),
  CHAT_MAX_WAITING_POLLS: wholeNumber(1, 1_000_000)({ default: 2_000 }),
  CHAT_MAX_WAITING_POLLS_PER_ADDRESS: wholeNumber(1, 1_000_000)({ default: 50 }),
  CHAT_LIMIT_SEND: limit({ default: parseLimit('person=5/1s+20/10s address=50/1s+200/10s room=200/1s+1000/10s') }),
  CHAT_LIMIT_JOIN: limit({ default: parseLimit('address=5/1s+100/60s room=50/1s+500/60s') }),
  CHAT_LIMIT_ROOMS: limit({ default: parseLimit('person=2/60s+5/600s address=5/60s+20/600s') }),
  CHAT_LIMIT_TYPING: limit({ default: parseLimit('person=2/1s+10/10s address=50/1s+200/10s') }),
  CHAT_LIMIT_POLL: limit({ default: parseLimit('person=10/1s+50/10s address=100/1s+500/10s') }),
  CHAT_FANOUT_MAX_DELAY_MS: wholeNumber(0, 1_000)({ default: 20 }),
  CHAT_MAX_QUEUED_BYTES: wholeNumber(65_536, 1_073_741_824)({ default: 1_048_576 }),
  CHAT_MAX_BODY_BYTES: wholeNumber(20_480, 10_485_760)({ default: 65_536 }),
};

/**
 * Reads the environment once; README.md has the table.
 *
 * @throws ConfigError of one line that names the first variable that is wrong
 */
export function readConfig(environment: NodeJS.ProcessEnv) {
  // A variable that is set to nothing is not set.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const env = cleanEnv(set, SPEC, {
    reporter({ errors }) {
      const [first] = Object.entries(errors);
      if (first) throw new ConfigError(`${first[0]} ${first[1].message}`);
    },
  });
  const [urls, topology] = [env.REDIS_URL, env.CHAT_REDIS_TOPOLOGY];
  const store = 'CHAT_STORE' in set || urls.length === 0 ? env.CHAT_STORE : 'redis';
  if (store === 'redis' && urls.length === 0) throw new ConfigError('CHAT_STORE is redis, so REDIS_URL must be set');
  if (urls.length > 1 && topology === 'single') {
    throw new ConfigError('REDIS_URL has several addresses, so CHAT_REDIS_TOPOLOGY must say what they are');
  }
  return Object.freeze({
    port: env.PORT,
    /** Nothing: all addresses that the machine has. */
    host: env.HOST || undefined,
    /** Unless set, the server finds one of its own. */
    secret: env.CHAT_SECRET || undefined,
    logLevel: env.CHAT_LOG_LEVEL,
    store,
    sqlitePath: env.CHAT_SQLITE_PATH,
    redis: { urls, topology, prefix: env.CHAT_REDIS_PREFIX, replicas: env.CHAT_REDIS_WAIT },
    retention: env.CHAT_RETENTION,
    roomIdle: env.CHAT_ROOM_IDLE,
    limits: {
      send: env.CHAT_LIMIT_SEND,
      join: env.CHAT_LIMIT_JOIN,
      rooms: env.CHAT_LIMIT_ROOMS,
      typing: env.CHAT_LIMIT_TYPING,
      poll: env.CHAT_LIMIT_POLL,
    },
    historyLimit: env.CHAT_HISTORY_LIMIT,
    corsOrigins: env.CORS_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    connections: env.CHAT_MAX_CONNECTIONS,
    connectionsPerAddress: env.CHAT_MAX_CONNECTIONS_PER_ADDRESS,
    rooms: env.CHAT_MAX_ROOMS,
    people: env.CHAT_MAX_PEOPLE,
    peoplePerRoom: env.CHAT_MAX_PEOPLE_PER_ROOM,
    rememberedIds: env.CHAT_MAX_REMEMBERED_IDS,
    polls: env.CHAT_MAX_WAITING_POLLS,
    pollsPerAddress: env.CHAT_MAX_WAITING_POLLS_PER_ADDRESS,
    /** Milliseconds. */
    maxDelay: env.CHAT_FANOUT_MAX_DELAY_MS,
    queuedBytes: env.CHAT_MAX_QUEUED_BYTES,
    bodyBytes: env.CHAT_MAX_BODY_BYTES,
  });
}

export type Config = ReturnType<typeof readConfig>;
