import { Component, computed, inject, signal } from '@angular/core';
import { isRoomName, LOBBY, Refused } from '../data/client/index.js';
import { errorText } from '../data/problem-text';
import { RoomsStore } from '../data/rooms.store';
import { Place } from './place';

/** In place of a room that there is not. */
@Component({
  selector: 'chat-missing',
  template: `
    <div data-testid="missing-room">
      <h2>
        There is no room <bdi>{{ name() }}</bdi>
      </h2>
      @if (valid()) {
        <p>Perhaps it was quiet for too long and went away. You can make it, and others with the link find you here.</p>
      } @else {
        <p>A room’s name has the letters a–z, digits, and hyphens between them.</p>
      }
      <div role="alert">
        @if (error()) {
          <p class="error">{{ error() }}</p>
        }
      </div>
      @if (valid()) {
        <button type="button" class="make" data-testid="missing-make" (click)="make()">Make this room</button>
      }
      <button type="button" data-testid="missing-lobby" (click)="place.go(lobby)">Go to the lobby</button>
    </div>
  `,
  styleUrl: './missing.css',
})
export class Missing {
  private readonly rooms = inject(RoomsStore);
  protected readonly place = inject(Place);
  protected readonly lobby = LOBBY;
  protected readonly name = this.rooms.current;
  protected readonly valid = computed(() => isRoomName(this.name()));
  protected readonly error = signal('');

  protected async make(): Promise<void> {
    const name = this.name();
    try {
      await this.rooms.create(name, name);
    } catch (error) {
      // Somebody else was quicker.
      if (error instanceof Refused && error.problem.code === 'room-exists') this.rooms.enter();
      else this.error.set(errorText(error));
    }
  }
}
