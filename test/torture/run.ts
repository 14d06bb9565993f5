import { randomUUID } from 'node:crypto';
import type { Message, MessagePage, RoomState } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { randomFrom } from '../support/random.js';
import { FollowerClient } from './clients/follower-client.js';
import { PageClient } from './clients/page-client.js';
import type { Host } from './host.js';
import { Link } from './network/link.js';
import type { Plan, Step } from './plan.js';
import { Journal, type Run } from './record.js';

/** How long the room is waited for between two steps, in milliseconds, if nothing happens in it. */
const SOON = 120;
/** So long nobody needs to be answered and to catch up, unless something is lost; in milliseconds. */
const PATIENCE = 60_000;

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
  #restarting: Promise<void> = Promise.resolve();
  #said = 0;

  /** @param room exists, unless it is the lobby, which always does */
  constructor(
    private readonly plan: Plan,
    private readonly host: Host,
    private readonly room: string,
    private readonly patience = PATIENCE,
  ) {}

  async run(): Promise<Run> {
    const { plan } = this;
    try {
      if (this.room !== 'lobby') await post(this.host.url, '/api/chat/rooms', { name: this.room });
      await this.#enter();
      for (const { step, then } of plan.steps) {
        this.#take(step);
        const goal = this.#journal.entries.length + then;
        await this.#journal.until(() => this.#journal.entries.length >= goal, SOON);
      }
      await this.#end();
      for (const client of this.#clients) if (client instanceof PageClient) client.show();
    } finally {
      for (const client of this.#clients) client.stop();
      await Promise.all(this.#links.map((link) => link.close()));
    }
    await this.#readBack();
    return { store: plan.store, history: plan.history, entries: this.#journal.entries };
  }

  async #enter(): Promise<void> {
    const { plan, room } = this;
    for (const [n, { carrier, guest }] of plan.clients.entries()) {
      const random = randomFrom(plan.seed * 31 + n);
      const link = await new Link(() => this.host.port, random).open();
      this.#links.push(link);
      const options = { name: `${plan.seed}-${n}`, room, guest, link, journal: this.#journal, random };
      const client = carrier === 'page' ? new PageClient(options) : new FollowerClient(options);
      this.#clients.push(client);
      if (client instanceof PageClient) void client.start();
      else client.follow(carrier as Exclude<typeof carrier, 'page'>);
    }
  }

  #take(step: Step): void {
    if (step.do === 'kill') return void (this.#restarting = this.#restarting.then(() => this.#kill()));
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

  async #kill(): Promise<void> {
    this.#journal.note('-', { kind: 'killed' });
    await this.host.kill();
    await this.host.start();
    this.#journal.note('-', { kind: 'started' });
  }

  /** All faults stop, and everybody catches up. */
  async #end(): Promise<void> {
    await this.#restarting;
    for (const link of this.#links) link.faults.heal();
    const settled = Promise.all(this.#saying);
    if (!(await within(settled, this.patience))) this.#wrong('-', 'not everything that was said was answered');
    await Promise.all(this.#links.map((link) => link.replayed()));
    const last = await this.#ring();
    await Promise.all(this.#clients.map((client) => this.#catchUp(client, last)));
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
    const { data } = await post(this.host.url, '/api/chat/send', {
      id,
      text,
      room,
      nickname: `bell ${this.plan.seed}`,
    });
    this.#journal.note('bell', { kind: 'acknowledged', attempt, id, ...data });
    return { epoch: (await this.#state()).epoch, id, seq: data.message.seq };
  }

  async #state(): Promise<RoomState> {
    return (await get(this.host.url, `/api/chat/events?room=${this.room}`)).data;
  }

  async #readBack(): Promise<void> {
    const link = this.#journal.nextLink();
    this.#journal.note('witness', { kind: 'asked', link, over: 'rest' });
    const { epoch, seq, cursor, recovered, messages } = await this.#state();
    this.#journal.note('witness', { kind: 'answered', link, answer: { epoch, seq, cursor, recovered, messages } });
    const history: Message[] = [];
    for (;;) {
      const before = history[0] ? `&before=${history[0].seq}` : '';
      const path = `/api/chat/messages?room=${this.room}&limit=100${before}`;
      const page = (await get(this.host.url, path)).data as MessagePage;
      if (page.messages.length === 0) break;
      history.unshift(...page.messages);
    }
    this.#journal.note('witness', { kind: 'history', epoch, seq, messages: history });
  }

  #wrong(client: string, what: string): void {
    this.#journal.note(client, { kind: 'wrong', what });
  }
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timer));
}
