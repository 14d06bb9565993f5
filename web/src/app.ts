import { Component, effect, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { ChatStore } from './data/chat.store';
import { RoomsStore } from './data/rooms.store';
import { Join } from './join/join';
import { Room } from './room/room';
import { tabTitle } from './room/tab-title';
import { Place } from './rooms/place';

@Component({
  selector: 'chat-app',
  imports: [Join, Room],
  template: `
    @if (store.phase() === 'in') {
      <chat-room />
    } @else {
      <chat-join />
    }
  `,
})
export class App {
  protected readonly store = inject(ChatStore);
  private readonly rooms = inject(RoomsStore);

  constructor() {
    const place = inject(Place);
    const title = inject(Title);
    this.rooms.start(place.room());
    effect(() => this.rooms.open(place.room()));
    effect(() => {
      const inside = this.store.phase() === 'in';
      title.setTitle(inside ? tabTitle(this.rooms.title(), this.rooms.unread()) : tabTitle(undefined, 0));
    });
  }
}
