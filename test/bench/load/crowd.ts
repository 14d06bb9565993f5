import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Gauge, type Strain } from './gauge.ts';
import { Latencies, now, type Spread } from './latencies.ts';
import { type Place, Receiver } from './receiver.ts';

/** Receivers of which everything is read. */
const SAMPLED = 20;

/** How long a crowd may take to come in, in milliseconds. */
const JOINING = 120_000;

/** How long nothing more may come before what is missing counts as lost, in milliseconds. */
const SILENCE = 3_000;

/** Pauses before another try to come back, in milliseconds. */
const RETRY = { least: 100, most: 600 };

export interface JoinOrder extends Omit<Place, 'room' | 'nickname'> {
  people: number;
  /** People are spread over them evenly. */
  rooms: string[];
  /** How many may be on their way in at once. */
  inFlight: number;
  /** Told apart from those who are in already. */
  prefix?: string;
  /** How long to listen on before presence is counted, in milliseconds. */
  linger?: number;
}

export interface SendOrder {
  senders: number;
  seconds: number;
  /** Messages a second in all, evenly; without it each sender keeps `window` messages unanswered. */
  rate?: number;
  window?: number;
  /** No more than so many in all. */
  messages?: number;
  /** How long after the last message those under way are waited for, in milliseconds. */
  drain?: number;
}

export interface SendReport {
  sent: number;
  accepted: number;
  refused: number;
  deliveries: number;
  frames: number;
  /** Deliveries that never came, in the time that there was. */
  missing: number;
  /** Skipped, doubled or out of order. */
  faults: number;
  cut: number;
  /** From the first message to the last delivery. */
  seconds: number;
  latency: Spread;
  load: Strain;
}

export interface JoinReport {
  seconds: number;
  /** Presence packets that came in all while they joined. */
  presence: number;
  load: Strain;
}

export interface ReturnReport {
  back: number;
  recovered: number;
  tries: number;
  /** When the last one was back, by the monotonic clock, in nanoseconds. */
  at: number;
  load: Strain;
}

/** Everyone who is connected, and what they are asked to do. */
export class Crowd {
  readonly #people: Receiver[] = [];
  readonly #ended = new Map<Receiver, (why: Error) => void>();
  readonly #joining = new Map<Receiver, () => void>();
  #latencies = new Latencies();
  #accepted = 0;
  #refused = 0;
  #cut = 0;
  #onAnswer: () => void = () => undefined;

  /** @throws Error when somebody is refused or cut off, or it takes too long */
  async join({ people, rooms, inFlight, prefix = 'p', linger = 0, ...place }: JoinOrder): Promise<JoinReport> {
    const gauge = new Gauge();
    const began = now();
    const presence = this.#sum('presence');
    const every = Math.max(1, Math.ceil(people / SAMPLED));
    const newcomers = Array.from({ length: people }, (_, index) => {
      const room = rooms[index % rooms.length]!;
      return this.#add({ ...place, room, nickname: `${prefix}${index}` }, index % every === every - 1);
    });
    const queue = newcomers.values();
    const come = async () => {
      for (const receiver of queue) await this.#connect(receiver);
    };
    await within(JOINING, Promise.all(Array.from({ length: Math.min(inFlight, people) }, come)), () => {
      return `${newcomers.filter(({ joined }) => joined).length} of ${people} came in`;
    });
    const seconds = (now() - began) / 1e9;
    await pause(linger);
    return { seconds, presence: this.#sum('presence') - presence, load: gauge.read() };
  }

  /** Resolves when all has been delivered, or nothing more comes. */
  async send(order: SendOrder): Promise<SendReport> {
    this.#latencies = new Latencies();
    this.#accepted = this.#refused = this.#cut = 0;
    const before = { events: this.#sum('events'), frames: this.#sum('frames'), faults: this.#sum('faults') };
    const gauge = new Gauge();
    const began = now();
    const sentTo = new Map<string, number>();
    const sent = await (order.rate === undefined ? this.#flood(order, sentTo) : this.#pace(order, sentTo));
    const audience = new Map<string, number>();
    for (const { place } of this.#people) audience.set(place.room, (audience.get(place.room) ?? 0) + 1);
    let expected = 0;
    for (const [room, count] of sentTo) expected += count * audience.get(room)!;
    // What was refused is nobody's to get; a refusal in a crowd of many rooms is told by its number alone.
    const deliveries = () => this.#sum('events') - before.events;
    const settled = () => this.#accepted + this.#refused >= sent && deliveries() >= expected;
    await quiet(deliveries, settled, order.drain ?? 10_000);
    return {
      sent,
      accepted: this.#accepted,
      refused: this.#refused,
      deliveries: deliveries(),
      frames: this.#sum('frames') - before.frames,
      missing: expected - deliveries(),
      faults: this.#sum('faults') - before.faults,
      cut: this.#cut,
      seconds: (now() - began) / 1e9,
      latency: this.#latencies.spread(),
      load: gauge.read(),
    };
  }

  /** Waits until the server is gone, then comes back as soon as there is one, each after pauses of their own. */
  async comeBack(): Promise<ReturnReport> {
    while (this.#people.some(({ joined }) => joined)) await pause(20);
    const gauge = new Gauge();
    let tries = 0;
    let waiting = true;
    const back = async (receiver: Receiver) => {
      while (waiting) {
        await pause(RETRY.least + Math.random() * (RETRY.most - RETRY.least));
        tries++;
        if (await this.#connect(receiver).catch(() => false)) return;
      }
    };
    const everyone = Promise.all(this.#people.map(back));
    await within(60_000, everyone, () => '').catch(() => (waiting = false));
    return {
      back: this.#people.filter(({ joined }) => joined).length,
      recovered: this.#people.filter(({ joined, recovered }) => joined && recovered).length,
      tries,
      at: now(),
      load: gauge.read(),
    };
  }

  leave(): void {
    for (const receiver of this.#people.splice(0)) receiver.close();
  }

  #add(place: Place, sampled: boolean): Receiver {
    const receiver = new Receiver(place, {
      onJoined: () => this.#joining.get(receiver)?.(),
      onAck: (accepted) => {
        if (accepted) this.#accepted++;
        else this.#refused++;
        this.#onAnswer();
      },
      onEnd: (why) => {
        receiver.joined = false;
        this.#cut++;
        this.#ended.get(receiver)?.(why);
      },
      ...(sampled && { onText: (text: string) => this.#latencies.take(text) }),
    });
    this.#people.push(receiver);
    return receiver;
  }

  #connect(receiver: Receiver): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#joining.set(receiver, () => resolve(true));
      this.#ended.set(receiver, reject);
      receiver.connect();
    });
  }

  /** So many a second, whoever's turn it is. */
  async #pace({ rate = 1, seconds, senders, messages = Infinity }: SendOrder, sentTo: Map<string, number>) {
    const from = performance.now();
    const total = Math.min(messages, Math.round(rate * seconds));
    let sent = 0;
    while (sent < total) {
      const due = Math.min(total, Math.floor(((performance.now() - from) * rate) / 1000) + 1);
      for (; sent < due; sent++) this.#say(sent % senders, sentTo);
      await pause(Math.max(1, (sent * 1000) / rate - (performance.now() - from)));
    }
    return sent;
  }

  /** As many as are answered. */
  async #flood(order: SendOrder, sentTo: Map<string, number>): Promise<number> {
    const { seconds, senders, window = 1, messages = Infinity } = order;
    const until = performance.now() + seconds * 1000;
    let sent = 0;
    const more = () => sent < messages && performance.now() < until;
    const enough = new Promise<void>((resolve) => {
      this.#onAnswer = () => (more() ? this.#say(sent++ % senders, sentTo) : resolve());
    });
    for (; sent < senders * window && more(); sent++) this.#say(sent % senders, sentTo);
    await within(seconds * 1000 + SILENCE, enough, () => 'no answers').catch(() => undefined);
    this.#onAnswer = () => undefined;
    return sent;
  }

  #say(sender: number, sentTo: Map<string, number>): void {
    const receiver = this.#people[sender]!;
    const { room } = receiver.place;
    sentTo.set(room, (sentTo.get(room) ?? 0) + 1);
    receiver.send(randomUUID(), this.#latencies.text());
  }

  #sum(figure: 'events' | 'frames' | 'faults' | 'presence'): number {
    let sum = 0;
    for (const receiver of this.#people) sum += receiver[figure];
    return sum;
  }
}

async function quiet(count: () => number, done: () => boolean, most: number): Promise<void> {
  const until = performance.now() + most;
  let last = count();
  let since = performance.now();
  while (!done() && performance.now() < until && performance.now() - since < SILENCE) {
    await pause(10);
    if (count() !== last) since = performance.now();
    last = count();
  }
}

async function within<Result>(ms: number, work: Promise<Result>, problem: () => string): Promise<Result> {
  const late = new AbortController();
  const alarm = pause(ms, undefined, { signal: late.signal }).then(() => Promise.reject(new Error(problem())));
  alarm.catch(() => undefined);
  return Promise.race([work, alarm]).finally(() => late.abort());
}
