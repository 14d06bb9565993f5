import { randomUUID } from 'node:crypto';
import { Configuration, MessagesApi, PeopleApi, type Problem, ProblemCode, ResponseError } from 'chat-client';

const basePath = process.argv[2]!;
const anybody = new PeopleApi(new Configuration({ basePath }));

async function refused(call: Promise<unknown>, code: ProblemCode) {
  const error = await call.then(() => undefined).catch((error: unknown) => error);
  if (!(error instanceof ResponseError)) throw new Error('it was done');
  const problem: Problem = await error.response.json();
  if (problem.code !== code) throw new Error(problem.code);
  const more = [problem.errors?.[0]?.field, problem.suggestion].filter((part) => part !== undefined);
  console.log('refused:', problem.status, problem.code, ...more);
}

const me = await anybody.join({ joinRequest: { nickname: 'Ann' } });
console.log(`joined as ${me.user.nickname}, to be heard every ${me.heartbeatSeconds} s`);
await refused(anybody.join({ joinRequest: { nickname: 'Ann' } }), ProblemCode.NicknameTaken);

const ann = new Configuration({ basePath, accessToken: me.token });
const people = new PeopleApi(ann);
const messages = new MessagesApi(ann);
const start = await messages.listEvents();
console.log(`recovered ${start.recovered}, ${start.messages?.length} messages, events ${start.events !== undefined}`);

const id = randomUUID();
for (let time = 0; time < 2; time++) {
  const { message, duplicate } = await messages.sendMessage({ sendRequest: { text: 'Hello!', id } });
  console.log(`kept as ${message.seq}, duplicate ${duplicate}`);
}
await refused(messages.sendMessage({ sendRequest: { text: 'Other', id } }), ProblemCode.IdConflict);
await refused(messages.sendMessage({ sendRequest: { text: ' ' } }), ProblemCode.ValidationFailed);

const later = await messages.listEvents({ since: start.cursor });
for (const { seq, type, message } of later.events!) {
  console.log(`recovered ${later.recovered}: ${seq} ${type} ${message!.text} in ${message!.sentAt.getUTCFullYear()}`);
}

const waiting = messages.listEvents({ since: later.cursor, wait: 30 });
await messages.sendMessage({ sendRequest: { text: 'Anybody?' } });
const [heard] = (await waiting).events!;
console.log(`waited for: ${heard!.seq} ${heard!.message!.text}`);

const alive = await people.heartbeat();
console.log(`${alive.online} online, ${alive.users[0]!.nickname}, at ${alive.seq}`);
await people.leave();
console.log('left');
console.log(`${(await anybody.listUsers()).online} online`);
