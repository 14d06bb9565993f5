import { createClient } from '@redis/client';

type Listener = (message: string) => void;
type Client = ReturnType<typeof createClient>;

/** A connection to one master that does nothing but hear; it ends for good when anything is wrong with it. */
interface Ear {
  address: string;
  client: Client;
}

export interface Owners {
  /** Where the channel is, as far as it is known, as `host:port`. */
  ownerOf: (channel: string) => Promise<string>;
  /** Finds out anew where it is. */
  refresh: (channel: string) => Promise<unknown>;
  connect: (address: string) => Client;
  /** Channels were heard elsewhere, and are heard again: something may have been missed. */
  onMoved: () => void;
}

/** Milliseconds between two looks at whether each channel is heard where it is. */
const LOOKED_AFTER = 1_000;

const MOST_ATTEMPTS = 3;

/**
 * The channels of a cluster, each heard at the master that has its slot. The cluster's own client is not asked for it: it
 * takes the word that a channel has moved for the answer to what was just asked, and then never hears it again.
 */
export class ClusterChannels {
  readonly #listeners = new Map<string, Listener>();
  readonly #heard = new Map<string, Ear>();
  readonly #placing = new Set<string>();
  readonly #ears = new Map<string, Promise<Ear>>();
  readonly #looking = setInterval(() => void this.#look(), LOOKED_AFTER).unref();
  #hasMoved = false;

  constructor(private readonly owners: Owners) {}

  async subscribe(channel: string, listener: Listener): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#place(channel);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    const ear = this.#heard.get(channel);
    this.#heard.delete(channel);
    try {
      await ear?.client.sUnsubscribe(channel);
    } catch (error) {
      // It still takes it for heard.
      this.#drop(ear!);
      throw error;
    }
  }

  close(): void {
    clearInterval(this.#looking);
    this.#listeners.clear();
    for (const ear of this.#ears.values()) ear.then(({ client }) => client.destroy()).catch(() => undefined);
    this.#ears.clear();
  }

  async #look(): Promise<void> {
    await this.#heal();
    // However many have moved meanwhile.
    if (this.#hasMoved) this.owners.onMoved();
    this.#hasMoved = false;
  }

  async #heal(): Promise<void> {
    const channels = [...this.#listeners.keys()].filter((channel) => !this.#placing.has(channel));
    const placed = await Promise.all(channels.map((channel) => this.#place(channel).catch(() => false)));
    if (placed.includes(true)) this.#hasMoved = true;
  }

  /** Answers whether it was not heard there before. */
  async #place(channel: string): Promise<boolean> {
    this.#placing.add(channel);
    try {
      for (let attempt = 1; ; attempt++) {
        const ear = await this.#earAt(await this.owners.ownerOf(channel));
        const before = this.#heard.get(channel);
        if (before === ear) return false;
        // What that one takes for heard is not to be relied on any more.
        if (before) this.#drop(before);
        const listener = this.#listeners.get(channel);
        if (!listener) return false;
        try {
          await ear.client.sSubscribe(channel, listener);
        } catch (error) {
          if (attempt === MOST_ATTEMPTS || !/^MOVED/.test((error as Error).message)) throw error;
          await this.owners.refresh(channel);
          continue;
        }
        if (this.#listeners.get(channel) === listener) this.#heard.set(channel, ear);
        else await ear.client.sUnsubscribe(channel, listener);
        return true;
      }
    } finally {
      this.#placing.delete(channel);
    }
  }

  #earAt(address: string): Promise<Ear> {
    const known = this.#ears.get(address);
    if (known) return known;
    const ear = this.#connect(address);
    this.#ears.set(address, ear);
    ear.catch(() => this.#ears.get(address) === ear && this.#ears.delete(address));
    return ear;
  }

  async #connect(address: string): Promise<Ear> {
    const client = this.owners.connect(address);
    const ear = { address, client };
    client.on('error', () => this.#drop(ear));
    client.on('sharded-channel-moved', (channel: string) => {
      this.#heard.delete(channel);
      const moved = this.owners.refresh(channel).then(() => this.#heal());
      // It is looked for again soon in any case.
      moved.catch(() => undefined);
    });
    await client.connect();
    return ear;
  }

  /** All that is heard there is heard again over another connection. */
  #drop(ear: Ear): void {
    ear.client.destroy();
    for (const [channel, where] of this.#heard) if (where === ear) this.#heard.delete(channel);
    const known = this.#ears.get(ear.address);
    void known?.then(
      (current) => {
        if (current !== ear) return;
        if (this.#ears.get(ear.address) === known) this.#ears.delete(ear.address);
        void this.#heal();
      },
      () => undefined,
    );
  }
}
