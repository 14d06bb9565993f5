import { A11yModule } from '@angular/cdk/a11y';
import { BreakpointObserver } from '@angular/cdk/layout';
import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { Composer } from '../composer/composer';
import { ChatStore } from '../data/chat.store';
import { RoomsStore } from '../data/rooms.store';
import { Messages } from '../messages/messages';
import { People } from '../people/people';
import { CopyLink } from '../rooms/copy-link';
import { Missing } from '../rooms/missing';
import { Rooms } from '../rooms/rooms';
import { Status } from '../status/status';
import { ThemeSwitch } from '../theme/theme-switch';
import { Typing } from '../typing/typing';

/** From here on the people are at the side; below, in a drawer. The same figures are in the style sheets. */
const WIDE = '(min-width: 56.25rem)';
/** And from here on the rooms are at the other side. */
const ROOMY = '(min-width: 68.75rem)';

type Drawer = 'rooms' | 'people';

/** The room: who is here, what was said, and where to write; and the way to the other rooms. */
@Component({
  selector: 'chat-room',
  imports: [A11yModule, Composer, CopyLink, Messages, Missing, People, Rooms, Status, ThemeSwitch, Typing],
  templateUrl: './room.html',
  styleUrl: './room.css',
  host: { '(document:keydown.escape)': 'closeDrawer()' },
})
export class Room {
  protected readonly store = inject(ChatStore);
  protected readonly rooms = inject(RoomsStore);
  private readonly atSide = signal(true);
  private readonly inDrawer = signal<Drawer | undefined>(undefined);
  private readonly width = toSignal(inject(BreakpointObserver).observe([WIDE, ROOMY]));

  protected readonly wide = computed(() => this.width()?.breakpoints[WIDE] ?? false);
  protected readonly roomy = computed(() => this.width()?.breakpoints[ROOMY] ?? false);
  /** What is in a drawer over the room, where there is no place for it beside. */
  protected readonly drawer = computed(() => {
    const drawer = this.inDrawer();
    return (drawer === 'rooms' && this.roomy()) || (drawer === 'people' && this.wide()) ? undefined : drawer;
  });
  protected readonly modal = computed(() => this.drawer() !== undefined);
  protected readonly open = computed(() =>
    this.wide() ? this.atSide() && !this.rooms.missing() : this.drawer() === 'people',
  );
  protected readonly peopleLabel = computed(() => `People: ${this.store.online()} online`);
  protected readonly roomsLabel = computed(() => {
    const unread = this.rooms.unreadElsewhere();
    return unread > 0 ? `Rooms: ${unread} unread` : 'Rooms';
  });

  protected togglePeople(): void {
    if (this.wide()) this.atSide.update((open) => !open);
    else this.openDrawer('people');
  }

  protected openDrawer(drawer: Drawer): void {
    this.inDrawer.set(drawer);
  }

  protected closeDrawer(): void {
    this.inDrawer.set(undefined);
  }

  protected leave(): void {
    this.store.leave();
  }
}
