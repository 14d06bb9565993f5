import { afterEach, expect, it } from '@jest/globals';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets } from '../support/socket.js';
import { temporaryFolder } from '../support/temporary-folder.js';

afterEach(stopSockets);
afterEach(stopProcesses);

const { newFile } = temporaryFolder();
const CROWD = 60;

it('a crowd that was cut off by a crash is back by itself, whole, without a word in the log', async () => {
  const server = new ServerProcess({
    HOST: '127.0.0.1',
    CHAT_STORE: 'sqlite',
    CHAT_SQLITE_PATH: newFile(),
  });
  await server.start();
  const crowd = Array.from({ length: CROWD }, (_, n) => {
    let token: string | undefined;
    let since: string | undefined;
    const auth = (give: (auth: object) => void) => give(token ? { token, since } : { nickname: `Person ${n}` });
    const options = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 200 };
    const person = connect(server.url, 'lobby', auth, options);
    person.socket.on('room:joined', ({ you, cursor }: { you: { token: string }; cursor: string }) => {
      token = you.token;
      since = cursor;
    });
    return person;
  });
  await Promise.all(crowd.map((person) => person.joined()));
  await crowd[0]!.say('before');
  await Promise.all(crowd.map((person) => person.heard('before')));
  const crashed = await server.stop('SIGKILL');
  await server.start();
  const back = await Promise.all(crowd.map((person) => person.joined(2)));
  expect(new Set(back.map(({ recovered }) => recovered))).toEqual(new Set([true]));
  await crowd[1]!.say('after');
  await Promise.all(crowd.map((person) => person.heard('after')));
  for (const person of crowd) expect(person.refusals.filter(({ data }) => data !== undefined)).toEqual([]);
  const ended = await server.stop();
  expect([crashed!.stderr, ended!.stderr, ended!.stdout.length]).toEqual([[], [], 1]);
});
