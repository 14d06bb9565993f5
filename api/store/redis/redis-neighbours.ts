import type { Clock } from '../../domain/clock.js';
import type { User } from '../../domain/event.js';
import { nicknameKey } from '../../domain/nickname.js';
import type { Holder, Neighbours, RoomNeighbour, Word } from '../neighbours.js';
import type { Keys } from './keys.js';
import type { RedisLink } from './redis-link.js';
import { RoomPresence } from './room-presence.js';
import { CLAIM, RELEASE } from './scripts.js';

/** Milliseconds between two renewals of the leases, and of the nicknames, whose leases are longer. */
const RENEWED = 5_000;
/** Short of the 30 s after which a nickname is free whose owner's process died. */
const NICKNAME_LEASE = 25_000;

/** Nicknames that are renewed at once. */
const BATCH = 200;

/**
 * The other processes on the same Redis. Each says there, under a lease, who is in which room at it; sharded pub/sub
 * tells of changes, and what it loses is found by reading.
 */
export class RedisNeighbours implements Neighbours {
  readonly #rooms = new Map<string, RoomPresence>();
  readonly #claims = new Map<string, Holder>();

  constructor(
    private readonly clock: Clock,
    private readonly link: RedisLink,
    private readonly keys: Keys,
    private readonly node: string,
  ) {
    link.onUp(() => {
      this.#each((room) => room.reconnected());
      void this.#renewNicknames();
    });
    link.onClose(clock.every(1_000, () => this.#each((room) => room.tick())));
    link.onClose(
      clock.every(RENEWED, () => {
        this.#each((room) => void room.renew());
        void this.#renewNicknames();
      }),
    );
  }

  async claim(holder: Holder, proven: boolean): Promise<Holder | undefined> {
    const { userId } = holder.user;
    if (this.#claims.has(userId)) return undefined;
    try {
      const other = await this.#claim(holder);
      if (!other) this.#claims.set(userId, holder);
      return other;
    } catch (error) {
      if (!proven) throw error;
      // The token's owner is let in, and the nickname asked for as soon as somebody answers.
      this.#claims.set(userId, holder);
      return undefined;
    }
  }

  async holder(nickname: string): Promise<Holder | undefined> {
    const key = this.keys.nickname(nicknameKey(nickname));
    return holderOf(await this.link.send(key, 'HMGET', key, 'userId', 'nickname', 'guest'));
  }

  release({ userId, nickname }: User): void {
    if (!this.#claims.delete(userId)) return;
    const key = this.keys.nickname(nicknameKey(nickname));
    // Its lease ends in any case.
    void this.link.send(key, ...RELEASE.on([key], [userId, this.node])).catch(() => undefined);
  }

  async follow(name: string, listener: RoomNeighbour): Promise<void> {
    const room = new RoomPresence(this.clock, this.link, this.keys.room(name), this.node, listener);
    this.#rooms.set(name, room);
    await room.open();
  }

  async unfollow(name: string): Promise<void> {
    const room = this.#rooms.get(name);
    this.#rooms.delete(name);
    await room?.close();
  }

  present(room: string, user: User, heard: boolean): void {
    this.#rooms.get(room)?.present(user, heard);
  }

  absent(room: string, user: User): void {
    this.#rooms.get(room)?.absent(user);
  }

  say(room: string, word: Word): void {
    this.#rooms.get(room)?.say(word);
  }

  async tell(room: string, word: Word): Promise<void> {
    await this.#rooms.get(room)?.tell(word);
  }

  #each(run: (room: RoomPresence) => void): void {
    for (const room of this.#rooms.values()) run(room);
  }

  async #claim({ user: { userId, nickname }, guest }: Holder): Promise<Holder | undefined> {
    const key = this.keys.nickname(nicknameKey(nickname));
    const args = [userId, nickname, guest ? 1 : 0, this.node, NICKNAME_LEASE];
    return holderOf(await this.link.run(CLAIM, [key], args));
  }

  async #renewNicknames(): Promise<void> {
    const claims = [...this.#claims.values()];
    for (let first = 0; first < claims.length && this.link.up; first += BATCH) {
      await Promise.all(claims.slice(first, first + BATCH).map((holder) => this.#renewNickname(holder)));
    }
  }

  /** Somebody whose nickname was given away, while this process could not be heard, has to ask for it anew. */
  async #renewNickname(holder: Holder): Promise<void> {
    const { userId } = holder.user;
    const other = await this.#claim(holder).catch(() => undefined);
    if (other && this.#claims.get(userId) === holder) this.#claims.delete(userId);
    // It was released meanwhile.
    if (!other && !this.#claims.has(userId)) {
      this.#claims.set(userId, holder);
      this.release(holder.user);
    }
  }
}

function holderOf(answer: unknown): Holder | undefined {
  const [userId, nickname, guest] = answer as (string | null)[];
  if (userId == null || nickname == null) return undefined;
  return { user: { userId, nickname }, guest: guest === '1' };
}
