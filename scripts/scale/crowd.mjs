/**
 * People who read and write in one room, each over a WebSocket of their own, in a process of its own so that what
 * they cost is not counted as the server's. Told by its parent what to do; tells how many messages came to how many.
 */
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';

const people = [];
let deliveries = 0;
let bytes = 0;
let whenAll = { count: Infinity, resolve: () => undefined };

function join(url, room, nickname) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const person = { socket, room, acknowledged: new Map(), next: 0 };
    socket.on('error', reject);
    socket.on('message', (data) => {
      const text = data.toString();
      if (text === '2') return socket.send('3');
      if (text.startsWith('0')) return socket.send(`40/chat/${room},${JSON.stringify({ nickname })}`);
      if (text.startsWith('44')) return reject(new Error(text));
      const ack = /^43\/chat\/[^,]+,(\d+)/.exec(text);
      if (ack) return void person.acknowledged.get(Number(ack[1]))?.(text);
      if (text.includes('["room:joined"')) return resolve(people.push(person));
      if (!text.includes('["room:events"')) return;
      deliveries += text.split('"message.created"').length - 1;
      bytes += data.length;
      if (deliveries === whenAll.count) whenAll.resolve();
    });
  });
}

function say(person, text) {
  return new Promise((resolve, reject) => {
    const number = person.next++;
    person.acknowledged.set(number, (answer) => {
      person.acknowledged.delete(number);
      if (answer.includes('"ok":true')) resolve();
      else reject(new Error(answer));
    });
    const command = ['message:send', { id: randomUUID(), text }];
    person.socket.send(`42/chat/${person.room},${number}${JSON.stringify(command)}`);
  });
}

const orders = {
  async join({ urls, room, count }) {
    for (let number = 0; number < count; number++) {
      await join(urls[number % urls.length], room, `Person ${people.length + 1}`);
    }
  },

  /** Somebody new in each of that many new rooms. */
  async enter({ url, rooms }) {
    const post = (path, body, token) => {
      const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
      return fetch(`${url}/api/chat/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    const { token } = await (await post('join', { nickname: 'Owner' })).json();
    for (let number = 0; number < rooms; number++) {
      const name = `room-${number}`;
      const { status } = await post('rooms', { name }, token);
      if (status !== 201) throw new Error(`${name} was not made: ${status}`);
      await join(url, name, `Hermit ${number}`);
    }
  },

  /** Says that many messages, from people in turn, each when the last has come to everybody: so none share a frame. */
  async talk({ messages, text }) {
    deliveries = bytes = 0;
    for (let number = 0; number < messages; number++) {
      const everybody = new Promise((resolve) => (whenAll = { count: (number + 1) * people.length, resolve }));
      await say(people[number % people.length], text);
      await everybody;
    }
    return { deliveries, bytes };
  },

  async leave() {
    for (const { socket } of people.splice(0)) socket.terminate();
  },
};

process.on('message', async ({ order, ...details }) => {
  try {
    process.send({ done: (await orders[order](details)) ?? {} });
  } catch (error) {
    process.send({ failed: error.message });
  }
});
process.on('disconnect', () => process.exit());
