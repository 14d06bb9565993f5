import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Message, MessagePage, RoomState } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { randomFrom } from '../support/random.js';
import { FollowerClient } from './clients/follower-client.js';
import { PageClient } from './clients/page-client.js';
import { targetOf } from './cluster-plan.js';
import { Link } from './network/link.js';
import type { Plan, ServerStep, Step } from './plan.js';
import { Journal, type Run } from './record.js';
import type { Servers } from './servers.js';

/** How long the room is waited for between two steps, in milliseconds, if nothing happens in it. */
const SOON = 120;
/** So long nobody needs to be answered and to catch up, unless something is lost; in milliseconds. */
const PATIENCE = 60_000;
/** Between two looks at a server; in milliseconds. */
const LOOK_EVERY = 50;
/** So long a look at a server takes at most; in milliseconds. */
const LOOK_WITHIN = 2_000;

/** The last message of a room. */
export interface Last {
  epoch: string;
  id: string;
  seq: number;
}

/** Plays one plan in a room of its own. */
export class Play {
  readonly #journal = new Journal();
  readonly #links: Link[] = [];
  readonly #clients: (FollowerClient | PageClient)[] = [];
  readonly #saying: Promise<void>[] = [];
  /** What is under way with servers, one thing after the other for each. */
  readonly #suffering = new Map<string, Promise<void>>();
  #said = 0;

  /** @param room exists, unless it is the lobby, which always does */
  constructor(
    private readonly plan: Plan,
    private readonly servers: Servers,
    private readonly room: string,
    private readonly patience = PATIENCE,
  ) {}

  async run(): Promise<Run> {
    const { plan } = this;
    try {
      if (this.room !== 'lobby') await post(this.servers.urls[0]!, '/api/chat/rooms', { name: this.room });
      await this.#enter();
      for (const { step, then, within = SOON } of plan.steps) {
        this.#take(step);
        const goal = this.#journal.entries.length + then;
        await this.#journal.until(() => this.#journal.entries.length >= goal, within);
      }
      const last = await this.#end();
      for (const client of this.#clients) if (client instanceof PageClient) client.show();
      for (const client of this.#clients) client.stop();
      for (const [n] of this.servers.urls.entries()) await this.#readBack(n, last);
    } finally {
      for (const client of this.#clients) client.stop();
      await Promise.all(this.#links.map((link) => link.close()));
    }
    return { store: plan.store, history: plan.history, entries: this.#journal.entries };
  }

  async #enter(): Promise<void> {
    const { plan, room, servers } = this;
    for (const [n, { carrier, guest }] of plan.clients.entries()) {
      const random = randomFrom(plan.seed * 31 + n);
      const link = await new Link(servers.way(random), random).open();
      this.#links.push(link);
      const options = {
        name: `${plan.seed}-${n}`,
        room,
        guest,
        link,
        journal: this.#journal,
        random,
        headers: servers.headers,
      };
      const client = carrier === 'page' ? new PageClient(options) : new FollowerClient(options);
      this.#clients.push(client);
      if (client instanceof PageClient) void client.start();
      else client.follow(carrier as Exclude<typeof carrier, 'page'>);
    }
  }

  #take(step: Step): void {
    if (step.do === 'kill' || step.do === 'harm' || step.do === 'mend') return this.#harm(step);
    const client = this.#clients[step.client]!;
    const { link } = client;
    switch (step.do) {
      case 'say':
        if (step.accident) link.faults.arm(step.accident);
        return void this.#saying.push(this.#say(client, step));
      case 'drop':
        return link.drop();
      case 'reset':
        return link.reset();
      case 'accident':
        return link.faults.arm(step.accident);
      case 'weather':
        return link.faults.turn(step.weather);
      case 'heal':
        return link.faults.heal();
    }
    if (client instanceof FollowerClient) this.#takeAlone(client, step);
  }

  #takeAlone(client: FollowerClient, step: Step): void {
    if (step.do === 'switch' || step.do === 'come back') client.follow(step.to);
    else if (step.do === 'leave') client.leave();
    else if (step.do === 'say again') this.#saying.push(client.sayAgain());
    else if (step.do === 'say wrong') this.#saying.push(client.sayWrong(step.how));
  }

  async #say(client: FollowerClient | PageClient, { count, size, atOnce }: Step & { do: 'say' }): Promise<void> {
    const texts = Array.from({ length: count }, () => `${this.plan.seed}/${++this.#said}:`.padEnd(size, 'öx'));
    if (atOnce) return void (await Promise.all(texts.map((text) => client.say(text))));
    for (const text of texts) await client.say(text);
  }

  #harm(step: ServerStep): void {
    const target = targetOf(step);
    const before = this.#suffering.get(target) ?? Promise.resolve();
    this.#suffering.set(
      target,
      before.then(() => this.#suffer(step)),
    );
  }

  async #suffer(step: ServerStep): Promise<void> {
    if (step.do === 'kill' || step.harm === 'empty redis') {
      if (step.do !== 'mend') await this.#killLog(step);
      return;
    }
    const what = `${step.harm} ${targetOf(step)}`;
    if (step.do === 'harm') this.#journal.note('-', { kind: 'harmed', what });
    await this.servers.suffer(step);
    if (step.do === 'mend') this.#journal.note('-', { kind: 'mended', what });
  }

  /** What keeps the log is killed, and started again. */
  async #killLog(step: ServerStep): Promise<void> {
    const old = this.#epochs();
    this.#journal.note('-', { kind: 'killed' });
    await this.servers.suffer(step);
    // Nodes notice when they find Redis again, and until then go on with what they know.
    if (this.plan.store === 'redis') {
      await this.#ofEach('has not caught up with the new log', async (url) => !old.has((await this.#state(url)).epoch));
    }
    this.#journal.note('-', { kind: 'started' });
  }

  #epochs(): Set<string> {
    return new Set(this.#journal.entries.flatMap((entry) => (entry.kind === 'answered' ? [entry.answer.epoch] : [])));
  }

  /** All faults stop, and everybody catches up. */
  async #end(): Promise<Last> {
    await Promise.all(this.#suffering.values());
    await this.#ofEach('has not caught up with its store', async (url) => {
      return (await get(url, '/health/ready', look())).status === 200;
    });
    for (const link of this.#links) link.faults.heal();
    const settled = Promise.all(this.#saying);
    if (!(await within(settled, this.patience))) this.#wrong('-', 'not everything that was said was answered');
    await Promise.all(this.#links.map((link) => link.replayed()));
    const last = await this.#ring();
    await Promise.all(this.#clients.map((client) => this.#catchUp(client, last)));
    return last;
  }

  async #catchUp(client: FollowerClient | PageClient, last: Last): Promise<void> {
    const isThere = () => client.hasCaughtUp(last);
    if (!(await this.#journal.until(isThere, this.patience))) this.#wrong(client.name, 'has not caught up');
  }

  /** The last message, said and seen over a network that is fine. */
  async #ring(): Promise<Last> {
    const attempt = this.#journal.nextAttempt();
    const [id, text] = [randomUUID(), 'the end'];
    const { room } = this;
    this.#journal.note('bell', { kind: 'sent', attempt, id, text, over: 'rest' });
    const { urls } = this.servers;
    const url = urls[this.plan.seed % urls.length]!;
    const nickname = `bell ${this.plan.seed}`;
    const { data } = await post(url, '/api/chat/send', { id, text, room, nickname });
    this.#journal.note('bell', { kind: 'acknowledged', attempt, id, ...data });
    return { epoch: (await this.#state(url)).epoch, id, seq: data.message.seq };
  }

  async #state(url: string): Promise<RoomState> {
    return (await get(url, `/api/chat/events?room=${this.room}`, look())).data;
  }

  /** All that one of the servers knows of the log. */
  async #readBack(n: number, last: Last): Promise<void> {
    const url = this.servers.urls[n]!;
    const witness = n === 0 ? 'witness' : `witness ${n + 1}`;
    const hasCaughtUp = async () => {
      const { epoch, seq } = await this.#state(url);
      return epoch === last.epoch && seq >= last.seq;
    };
    await this.#until(hasCaughtUp, witness, 'has not caught up');
    const link = this.#journal.nextLink();
    this.#journal.note(witness, { kind: 'asked', link, over: 'rest' });
    const { epoch, seq, cursor, recovered, messages } = await this.#state(url);
    this.#journal.note(witness, { kind: 'answered', link, answer: { epoch, seq, cursor, recovered, messages } });
    const history: Message[] = [];
    for (;;) {
      const before = history[0] ? `&before=${history[0].seq}` : '';
      const path = `/api/chat/messages?room=${this.room}&limit=100${before}`;
      const page = (await get(url, path)).data as MessagePage;
      if (page.messages.length === 0) break;
      history.unshift(...page.messages);
    }
    this.#journal.note(witness, { kind: 'history', epoch, seq, messages: history });
  }

  /** Waits until it is so at every server. */
  async #ofEach(what: string, isSo: (url: string) => Promise<boolean>): Promise<void> {
    const { servers } = this;
    // By its number: one that is killed is started at another address.
    await Promise.all(servers.urls.map((_, n) => this.#until(() => isSo(servers.urls[n]!), `server ${n + 1}`, what)));
  }

  async #until(met: () => Promise<boolean>, who: string, what: string): Promise<void> {
    const end = performance.now() + this.patience;
    while (!(await met().catch(() => false))) {
      if (performance.now() > end) return this.#wrong(who, what);
      await pause(LOOK_EVERY);
    }
  }

  #wrong(client: string, what: string): void {
    this.#journal.note(client, { kind: 'wrong', what });
  }
}

const look = () => ({ signal: AbortSignal.timeout(LOOK_WITHIN) });

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timer));
}
