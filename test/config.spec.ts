import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../api/config.js';

const rule = (calls: number, seconds: number, burstCalls: number, burstSeconds: number) => {
  return { rate: { calls, seconds }, burst: { calls: burstCalls, seconds: burstSeconds } };
};

const LIMITS = {
  send: { person: rule(5, 1, 20, 10), address: rule(50, 1, 200, 10), room: rule(200, 1, 1000, 10) },
  join: { address: rule(5, 1, 100, 60), room: rule(50, 1, 500, 60) },
  rooms: { person: rule(2, 60, 5, 600), address: rule(5, 60, 20, 600) },
  typing: { person: rule(2, 1, 10, 10), address: rule(50, 1, 200, 10) },
  poll: { person: rule(10, 1, 50, 10), address: rule(100, 1, 500, 10) },
};
const RIGHT_LIMIT: [string, unknown] = [
  'person=1/2s+3/4s  room=5/6s+7/8s',
  { person: rule(1, 2, 3, 4), room: rule(5, 6, 7, 8) },
];
const WRONG_LIMITS = [
  '5',
  'person=5',
  'person=5/1s',
  'people=5/1s+10/10s',
  'person=0/1s+10/10s',
  'person=5/1s+10/10s,',
];

/** Each variable: its place in the configuration, its default, a value that is right, and some that are wrong. */
const VARIABLES: Record<
  string,
  [place: string, byDefault: unknown, right: [text: string, value: unknown], wrong: string[]]
> = {
  PORT: ['port', 3000, ['8080', 8080], ['65536', '-1', 'http', '3000.5', '0x10', ' 3000']],
  HOST: ['host', undefined, ['127.0.0.1', '127.0.0.1'], []],
  CHAT_SECRET: ['secret', undefined, ['0123456789abcdef', '0123456789abcdef'], ['0123456789abcde', 'x']],
  CHAT_LOG_LEVEL: ['logLevel', 'warn', ['debug', 'debug'], ['loud', 'WARN', 'info']],
  CHAT_STORE: ['store', 'memory', ['sqlite', 'sqlite'], ['disk', 'SQLite', 'redis']],
  CHAT_SQLITE_PATH: ['sqlitePath', 'chat.sqlite', ['/data/chat.sqlite', '/data/chat.sqlite'], []],
  REDIS_URL: [
    'redis.urls',
    [],
    ['rediss://user:pass@redis.example:6380/1', ['rediss://user:pass@redis.example:6380/1']],
    ['redis.example:6379', 'http://redis.example', 'redis://', 'redis://one,redis://other'],
  ],
  CHAT_REDIS_TOPOLOGY: ['redis.topology', 'single', ['cluster', 'cluster'], ['many', 'sentinel', 'sentinel:']],
  CHAT_REDIS_PREFIX: ['redis.prefix', 'chat', ['chat:one', 'chat:one'], ['{chat}', 'a b', '*']],
  CHAT_REDIS_WAIT: ['redis.replicas', 0, ['1', 1], ['-1', '11', 'all']],
  CHAT_RETENTION: [
    'retention',
    {},
    ['30d, 100000', { age: 2_592_000_000, count: 100_000 }],
    ['0', '30x', '-1d', '1d;5', 'for ever'],
  ],
  CHAT_ROOM_IDLE: ['roomIdle', 86_400_000, ['10m', 600_000], ['10', '0h', 'a day', '1.5h']],
  CHAT_HISTORY_LIMIT: ['historyLimit', 200, ['1000', 1000], ['0', '100001', 'all']],
  CORS_ORIGINS: [
    'corsOrigins',
    [],
    ['https://a.example, http://b.example:8080,', ['https://a.example', 'http://b.example:8080']],
    ['*', 'a.example', 'https://a.example/', 'https://a.example, null'],
  ],
  TRUST_PROXY: [
    'trustProxy',
    0,
    ['10.0.0.0/8, loopback', ['10.0.0.0/8', 'loopback']],
    ['10.0.0.0/99', 'everyone', 'true'],
  ],
  CHAT_LIMIT_SEND: ['limits.send', LIMITS.send, RIGHT_LIMIT, WRONG_LIMITS],
  CHAT_LIMIT_JOIN: ['limits.join', LIMITS.join, RIGHT_LIMIT, WRONG_LIMITS],
  CHAT_LIMIT_ROOMS: ['limits.rooms', LIMITS.rooms, RIGHT_LIMIT, WRONG_LIMITS],
  CHAT_LIMIT_TYPING: ['limits.typing', LIMITS.typing, RIGHT_LIMIT, WRONG_LIMITS],
  CHAT_LIMIT_POLL: ['limits.poll', LIMITS.poll, RIGHT_LIMIT, WRONG_LIMITS],
  CHAT_MAX_CONNECTIONS: ['connections', 10_000, ['5', 5], ['0', '1000001', 'many']],
  CHAT_MAX_CONNECTIONS_PER_ADDRESS: ['connectionsPerAddress', 200, ['5', 5], ['0', '1000001']],
  CHAT_MAX_ROOMS: ['rooms', 1_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_PEOPLE: ['people', 20_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_PEOPLE_PER_ROOM: ['peoplePerRoom', 5_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_REMEMBERED_IDS: ['rememberedIds', 20_000, ['100', 100], ['99', '10000001']],
  CHAT_MAX_WAITING_POLLS: ['polls', 2_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_WAITING_POLLS_PER_ADDRESS: ['pollsPerAddress', 50, ['5', 5], ['0', '1000001']],
  CHAT_FANOUT_MAX_DELAY_MS: ['maxDelay', 20, ['0', 0], ['-1', '1001', '20ms']],
  CHAT_MAX_QUEUED_BYTES: ['queuedBytes', 1_048_576, ['65536', 65_536], ['65535', '1073741825']],
  CHAT_MAX_BODY_BYTES: ['bodyBytes', 65_536, ['20480', 20_480], ['20479', '10485761']],
};
const NAMES = Object.keys(VARIABLES);

const read = (environment: Record<string, string>) => readConfig(environment) as unknown as Record<string, unknown>;

/** What is in the configuration under a name such as `limits.send`. */
function at(config: Record<string, unknown>, place: string): unknown {
  return place.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], config);
}

describe.each(NAMES)('%s', (name) => {
  const [place, byDefault, [text, value], wrong] = VARIABLES[name]!;
  const taken = (environment: Record<string, string>) => at(read(environment), place);

  it('has its default when it is not set, and when it is set to nothing', () => {
    expect(taken({})).toEqual(byDefault);
    expect(taken({ [name]: '' })).toEqual(byDefault);
  });

  it('is taken when it is right', () => expect(taken({ [name]: text })).toEqual(value));

  for (const input of wrong) {
    it(`stops with one line that names it when it is ${JSON.stringify(input)}`, () => {
      const refused = () => read({ [name]: input });
      expect(refused).toThrow(ConfigError);
      expect(refused).toThrow(new RegExp(`^${name} [^\\n]+$`));
    });
  }
});

describe('the configuration', () => {
  it('has nothing but what these variables set', () => {
    const places = Object.values(VARIABLES).map(([place]) => place.split('.')[0]!);
    expect(Object.keys(read({})).sort()).toEqual([...new Set(places)].sort());
  });

  it('cannot be changed', () => expect(Object.isFrozen(readConfig({}))).toBe(true));
  it('switches a limit off', () => expect(at(read({ CHAT_LIMIT_SEND: 'off' }), 'limits.send')).toEqual({}));
  it('takes a number of proxies', () => expect(read({ TRUST_PROXY: '2' })['trustProxy']).toBe(2));
  it('does not mind variables of others', () => expect(read({ PATH: '/bin', CHAT: 'x' })['port']).toBe(3000));

  it('does not tell the secret or a password when it is wrong', () => {
    expect(() => read({ CHAT_SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
    expect(() => read({ REDIS_URL: 'http://ann:hunter2@redis.example' })).toThrow(/^(?!.*hunter2)/);
  });

  const REDIS = { REDIS_URL: 'redis://redis.example' };

  it('takes Redis for the store when there is one, unless another is asked for', () => {
    expect(at(read(REDIS), 'store')).toBe('redis');
    expect(at(read({ ...REDIS, CHAT_STORE: 'redis' }), 'store')).toBe('redis');
    expect(at(read({ ...REDIS, CHAT_STORE: 'sqlite' }), 'store')).toBe('sqlite');
  });

  it('takes several addresses of Redis for a cluster or for Sentinels', () => {
    const urls = { REDIS_URL: 'redis://one.example, redis://other.example' };
    expect(at(read({ ...urls, CHAT_REDIS_TOPOLOGY: 'cluster' }), 'redis.urls')).toHaveLength(2);
    expect(at(read({ ...urls, CHAT_REDIS_TOPOLOGY: 'sentinel:main' }), 'redis.topology')).toBe('sentinel:main');
  });
});

describe('README.md', () => {
  const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \|(.*?)\|/gm)];

  it('has a row for every variable, in their order, and for no other', () => {
    expect(rows.map(([, name]) => name)).toEqual(NAMES);
  });

  it.each(NAMES)('tells the default of %s', (name) => {
    const told = rows
      .find((row) => row[1] === name)?.[2]
      ?.replaceAll('`', '')
      .trim();
    const [place, byDefault] = VARIABLES[name]!;
    expect(at(read({ [name]: told! }), place)).toEqual(byDefault);
    // One that is told must be one that would be missed, were it wrong.
    expect(told === '').toBe(
      byDefault === undefined || (Object.keys(Object(byDefault)).length === 0 && typeof byDefault === 'object'),
    );
  });
});
