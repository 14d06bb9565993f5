import {
  afterNextRender,
  Component,
  computed,
  effect,
  ElementRef,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { LOBBY, NICKNAME_MAX, Refused } from '../data/client/index.js';
import { RoomsStore } from '../data/rooms.store';
import { errorText, problemText } from '../data/problem-text';
import { countdown } from '../status/countdown';
import { ThemeSwitch } from '../theme/theme-switch';

/** The way in: a name, and nothing else. */
@Component({
  selector: 'chat-join',
  imports: [ThemeSwitch],
  templateUrl: './join.html',
  styleUrl: './join.css',
})
export class Join {
  private readonly store = inject(ChatStore);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  private readonly rooms = inject(RoomsStore);
  private readonly putOut = this.store.problem();

  protected readonly name = signal(this.store.nickname() || this.store.remembered);
  protected readonly error = signal(this.putOut ? problemText(this.putOut) : '');
  protected readonly suggestion = signal(this.putOut?.suggestion ?? '');
  protected readonly online = signal<number | undefined>(undefined);
  protected readonly joining = computed(() => this.store.phase() === 'joining');
  protected readonly presence = computed(() => {
    const online = this.online();
    if (!online) return '';
    return online === 1 ? 'One person is here now.' : `${online} people are here now.`;
  });

  /** A room that a link led to, by its title. */
  protected readonly invitedTo = computed(() => (this.rooms.current() === LOBBY ? '' : this.rooms.title()));

  /** Too many came at once: when it is tried again by itself. */
  private readonly retryAt = signal<number | undefined>(undefined);
  protected readonly waiting = countdown(this.retryAt);

  constructor() {
    effect(() => {
      const at = this.retryAt();
      if (at !== undefined && this.waiting() === 0 && performance.now() >= at) untracked(() => void this.join());
    });
    afterNextRender(() => {
      this.field().nativeElement.focus();
      this.field().nativeElement.select();
    });
    void this.store.countPeople().then((online) => this.online.set(online));
  }

  protected edit(name: string): void {
    this.name.set(name);
    this.error.set('');
    this.suggestion.set('');
    this.retryAt.set(undefined);
  }

  protected take(suggestion: string): Promise<void> {
    this.edit(suggestion);
    return this.join();
  }

  protected async join(): Promise<void> {
    const nickname = this.name().trim();
    if (this.joining() || this.waiting() > 0) return;
    this.retryAt.set(undefined);
    this.error.set(complaint(nickname));
    this.suggestion.set('');
    if (this.error()) return this.field().nativeElement.focus();
    try {
      await this.store.join(nickname);
    } catch (error) {
      const wait = error instanceof Refused ? error.retryAfterMs : undefined;
      if (wait !== undefined) return this.retryAt.set(performance.now() + wait + 50);
      this.error.set(errorText(error));
      if (error instanceof Refused) this.suggestion.set(error.problem.suggestion ?? '');
      this.field().nativeElement.focus();
    }
  }
}

function complaint(nickname: string): string {
  if (nickname === '') return 'Please choose a name.';
  return [...nickname].length > NICKNAME_MAX ? `A name has at most ${NICKNAME_MAX} characters.` : '';
}
