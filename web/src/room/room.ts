import { A11yModule } from '@angular/cdk/a11y';
import { BreakpointObserver } from '@angular/cdk/layout';
import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { Composer } from '../composer/composer';
import { ChatStore } from '../data/chat.store';
import { Messages } from '../messages/messages';
import { People } from '../people/people';
import { Status } from '../status/status';
import { ThemeSwitch } from '../theme/theme-switch';

/** From here on the people are at the side; below, in a drawer. The same figure is in the style sheets. */
const WIDE = '(min-width: 56.25rem)';

/** The room: who is here, what was said, and where to write. */
@Component({
  selector: 'chat-room',
  imports: [A11yModule, Composer, Messages, People, Status, ThemeSwitch],
  templateUrl: './room.html',
  styleUrl: './room.css',
  host: { '(document:keydown.escape)': 'closeDrawer()' },
})
export class Room {
  protected readonly store = inject(ChatStore);
  private readonly atSide = signal(true);
  private readonly inDrawer = signal(false);
  private readonly width = toSignal(inject(BreakpointObserver).observe(WIDE));

  protected readonly wide = computed(() => this.width()?.matches ?? false);
  protected readonly open = computed(() => (this.wide() ? this.atSide() : this.inDrawer()));
  protected readonly modal = computed(() => !this.wide() && this.inDrawer());
  protected readonly peopleLabel = computed(() => {
    const online = this.store.online();
    return `People: ${online} online`;
  });

  protected togglePeople(): void {
    (this.wide() ? this.atSide : this.inDrawer).update((open) => !open);
  }

  protected closeDrawer(): void {
    this.inDrawer.set(false);
  }

  protected leave(): void {
    this.store.leave();
  }
}
