import { Component, inject } from '@angular/core';
import { ChatStore } from './data/chat.store';
import { Join } from './join/join';
import { Room } from './room/room';

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
}
