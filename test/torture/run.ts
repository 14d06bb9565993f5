import { post } from '../support/http.js';
import { randomFrom } from '../support/random.js';
import { FollowerClient } from './clients/follower-client.js';
import { PageClient } from './clients/page-client.js';
import { targetOf } from './cluster-plan.js';
import { Link } from './network/link.js';
import type { Plan, ServerStep, Step } from './plan.js';
import { Journal, type Run } from './record.js';
import type { Servers } from './servers.js';
import { type Last, Witness } from './witness.js';

/** How long the room is waited for between two steps, in milliseconds, if nothing happens in it. */
const SOON = 120;
/** So long nobody needs to be answered and to catch up, unless something is lost; in milliseconds. */
const PATIENCE = 60_000;

/** Plays one plan in a room of its own. */
export class Play {
  readonly #journal = new Journal();
  readonly #links: Link[] = [];
  readonly #clients: (FollowerClient | PageClient)[] = [];
  readonly #saying: Promise<void>[] = [];
  /** What is under way with servers, one thing after the other for each. */
  readonly #suffering = new Map<string, Promise<void>>();
  readonly #witness: Witness;
  #said = 0;

  /** @param room exists, unless it is the lobby, which always does */
  constructor(
    private readonly plan: Plan,
    private readonly servers: Servers,
    private readonly room: string,
    private readonly patience = PATIENCE,
  ) {
    this.#witness = new Witness(servers, room, this.#journal, patience);
  }

  async run(): Promise<Run> {
    const { plan } = this;
    let last: Last;
    try {
      if (this.room !== 'lobby') await post(this.servers.urls[0]!, '/api/chat/rooms', { name: this.room });
      await this.#enter();
      for (const { step, then, within = SOON } of plan.steps) {
        this.#take(step);
        const goal = this.#journal.entries.length + then;
        await this.#journal.until(() => this.#journal.entries.length >= goal, within);
      }
      last = await this.#end();
      for (const client of this.#clients) if (client instanceof PageClient) client.show();
    } finally {
      for (const client of this.#clients) client.stop();
      await Promise.all(this.#links.map((link) => link.close()));
    }
    await this.#witness.readBack(last);
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
    const old = this.#journal.epochs();
    this.#journal.note('-', { kind: 'killed' });
    await this.servers.suffer(step);
    // Nodes notice when they find Redis again, and until then go on with what they know.
    if (this.plan.store === 'redis') await this.#witness.renewed(old);
    this.#journal.note('-', { kind: 'started' });
  }

  /** All faults stop, and everybody catches up. */
  async #end(): Promise<Last> {
    await Promise.all(this.#suffering.values());
    await this.#witness.ready();
    for (const link of this.#links) link.faults.heal();
    const settled = Promise.all(this.#saying);
    if (!(await within(settled, this.patience))) this.#wrong('-', 'not everything that was said was answered');
    await Promise.all(this.#links.map((link) => link.replayed()));
    await this.#witness.agreed();
    const last = await this.#witness.ring(this.plan.seed);
    await Promise.all(this.#clients.map((client) => this.#catchUp(client, last)));
    return last;
  }

  async #catchUp(client: FollowerClient | PageClient, last: Last): Promise<void> {
    const isThere = () => client.hasCaughtUp(last);
    if (!(await this.#journal.until(isThere, this.patience))) this.#wrong(client.name, 'has not caught up');
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
