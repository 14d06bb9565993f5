import { Component, inject, output, signal } from '@angular/core';
import { RoomsStore } from '../data/rooms.store';
import { NewRoom } from './new-room';
import { RoomLink } from './room-link';

/** The rooms there are, and a way to make another. */
@Component({
  selector: 'chat-rooms',
  imports: [NewRoom, RoomLink],
  templateUrl: './rooms.html',
  styleUrl: './rooms.css',
})
export class Rooms {
  protected readonly store = inject(RoomsStore);
  protected readonly making = signal(false);
  /** A room was chosen, or the drawer is to be closed. */
  readonly closed = output();

  protected made(): void {
    this.making.set(false);
    this.closed.emit();
  }
}
