import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../api/config.js';

/** Each variable: its place in the configuration, its default, a value that is right, and some that are wrong. */
const VARIABLES: Record<
  string,
  [place: string, byDefault: unknown, right: [text: string, value: unknown], wrong: string[]]
> = {
  PORT: ['port', 3000, ['8080', 8080], ['65536', '-1', 'http', '3000.5', '0x10', ' 3000']],
  HOST: ['host', undefined, ['127.0.0.1', '127.0.0.1'], []],
  CHAT_SECRET: [
    'secret',
    expect.stringMatching(/^[\w-]{43}$/),
    ['0123456789abcdef', '0123456789abcdef'],
    ['0123456789abcde', 'x'],
  ],
  CHAT_LOG_LEVEL: ['logLevel', 'warn', ['debug', 'debug'], ['loud', 'WARN', 'info']],
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
  CHAT_MAX_CONNECTIONS: ['connections', 10_000, ['5', 5], ['0', '1000001', 'many']],
  CHAT_MAX_CONNECTIONS_PER_ADDRESS: ['connectionsPerAddress', 200, ['5', 5], ['0', '1000001']],
  CHAT_MAX_ROOMS: ['rooms', 1_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_PEOPLE: ['people', 20_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_PEOPLE_PER_ROOM: ['peoplePerRoom', 5_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_REMEMBERED_IDS: ['rememberedIds', 20_000, ['100', 100], ['99', '10000001']],
  CHAT_MAX_WAITING_POLLS: ['polls', 2_000, ['5', 5], ['0', '1000001']],
  CHAT_MAX_WAITING_POLLS_PER_ADDRESS: ['pollsPerAddress', 50, ['5', 5], ['0', '1000001']],
  CHAT_MAX_QUEUED_BYTES: ['queuedBytes', 1_048_576, ['65536', 65_536], ['65535', '1073741825']],
  CHAT_MAX_BODY_BYTES: ['bodyBytes', 65_536, ['20480', 20_480], ['20479', '10485761']],
};
const NAMES = Object.keys(VARIABLES);

const read = (environment: Record<string, string>) => readConfig(environment) as unknown as Record<string, unknown>;

describe.each(NAMES)('%s', (name) => {
  const [place, byDefault, [text, value], wrong] = VARIABLES[name]!;

  it('has its default when it is not set, and when it is set to nothing', () => {
    expect(read({})[place]).toEqual(byDefault);
    expect(read({ [name]: '' })[place]).toEqual(byDefault);
  });

  it('is taken when it is right', () => expect(read({ [name]: text })[place]).toEqual(value));

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
    expect(Object.keys(read({})).sort()).toEqual(
      Object.values(VARIABLES)
        .map(([place]) => place)
        .sort(),
    );
  });

  it('cannot be changed', () => expect(Object.isFrozen(readConfig({}))).toBe(true));
  it('makes another secret each time when none is set', () => expect(read({})['secret']).not.toBe(read({})['secret']));
  it('takes a number of proxies', () => expect(read({ TRUST_PROXY: '2' })['trustProxy']).toBe(2));
  it('does not mind variables of others', () => expect(read({ PATH: '/bin', CHAT: 'x' })['port']).toBe(3000));

  it('does not tell the secret when it is wrong', () => {
    expect(() => read({ CHAT_SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
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
    const byDefault = VARIABLES[name]![1];
    const isPlain = typeof byDefault === 'string' || typeof byDefault === 'number';
    expect(told).toBe(isPlain ? String(byDefault) : '');
  });
});
