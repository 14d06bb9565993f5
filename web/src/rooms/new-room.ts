import { afterNextRender, Component, computed, ElementRef, inject, output, signal, viewChild } from '@angular/core';
import { isRoomName, Refused, ROOM_NAME_MAX, TITLE_MAX } from '../data/client/index.js';
import { errorText } from '../data/problem-text';
import { RoomsStore } from '../data/rooms.store';
import { countdown } from '../status/countdown';
import { Place } from './place';
import { slugOf } from './slug';

type Field = 'title' | 'name';

/** Makes a room: what it is called, and the name in its address. */
@Component({
  selector: 'chat-new-room',
  templateUrl: './new-room.html',
  styleUrl: './new-room.css',
  host: { '(keydown.escape)': 'cancel($event)' },
})
export class NewRoom {
  private readonly rooms = inject(RoomsStore);
  private readonly place = inject(Place);
  private readonly titleField = viewChild.required<ElementRef<HTMLInputElement>>('titleField');
  private readonly nameField = viewChild.required<ElementRef<HTMLInputElement>>('nameField');
  readonly done = output();
  readonly cancelled = output();

  protected readonly title = signal('');
  private readonly ownName = signal<string | undefined>(undefined);
  /** Made of the title, until the person writes another one. */
  protected readonly name = computed(() => this.ownName() ?? slugOf(this.title()));
  protected readonly error = signal<{ field: Field; text: string } | undefined>(undefined);
  protected readonly making = signal(false);
  private readonly retryAt = signal<number | undefined>(undefined);
  protected readonly waiting = countdown(this.retryAt);

  constructor() {
    afterNextRender(() => this.titleField().nativeElement.focus());
  }

  protected writeTitle(title: string): void {
    this.title.set(title);
    this.error.set(undefined);
  }

  protected writeName(name: string): void {
    this.ownName.set(name === '' ? undefined : name);
    this.error.set(undefined);
  }

  protected async create(): Promise<void> {
    if (this.making() || this.waiting() > 0) return;
    const [title, name] = [this.title().trim(), this.name().trim()];
    const complaint = complaintOf(title, name);
    if (complaint) return this.complain(complaint.field, complaint.text);
    this.making.set(true);
    try {
      await this.rooms.create(name, title);
      this.place.go(name);
      this.done.emit();
    } catch (error) {
      this.refuse(error);
    } finally {
      this.making.set(false);
    }
  }

  protected cancel(event: Event): void {
    // The drawer around it stays.
    event.stopPropagation();
    this.cancelled.emit();
  }

  private refuse(error: unknown): void {
    const problem = error instanceof Refused ? error.problem : undefined;
    if (problem?.code === 'rate-limited') this.retryAt.set(performance.now() + (problem.retryAfterMs ?? 0));
    else if (problem?.code === 'room-exists') this.complain('name', 'There is a room with this name already.');
    else this.complain(problem?.errors?.[0]?.field === 'title' ? 'title' : 'name', errorText(error));
  }

  private complain(field: Field, text: string): void {
    this.error.set({ field, text });
    (field === 'title' ? this.titleField() : this.nameField()).nativeElement.focus();
  }
}

function complaintOf(title: string, name: string): { field: Field; text: string } | undefined {
  if (title === '') return { field: 'title', text: 'Please choose a title.' };
  if ([...title].length > TITLE_MAX) return { field: 'title', text: `A title has at most ${TITLE_MAX} characters.` };
  if (name.length > ROOM_NAME_MAX) return { field: 'name', text: `A name has at most ${ROOM_NAME_MAX} characters.` };
  if (!isRoomName(name)) return { field: 'name', text: 'Use a–z, 0–9 and hyphens between them.' };
  return undefined;
}
