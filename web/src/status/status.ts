import { Component, computed, inject } from '@angular/core';
import { ChatStore } from '../data/chat.store';

const WORDS = {
  connecting: 'Connecting…',
  websocket: 'WebSocket',
  'long-polling': 'Long-polling',
  'rest-polling': 'REST polling',
  offline: 'Offline',
} as const;

const EXPLAINED = {
  connecting: 'Looking for a way to the room',
  websocket: 'Messages come over a WebSocket',
  'long-polling': 'Messages come over HTTP long-polling',
  'rest-polling': 'The page asks for new messages every two seconds',
  offline: 'The room cannot be reached; the page keeps trying',
} as const;

/** Which way the room comes here, in words. */
@Component({
  selector: 'chat-status',
  template: `<span role="status" data-testid="status" [attr.data-carrier]="carrier()" [title]="explained()">{{
    words()
  }}</span>`,
  styleUrl: './status.css',
})
export class Status {
  protected readonly carrier = inject(ChatStore).carrier;
  protected readonly words = computed(() => WORDS[this.carrier()]);
  protected readonly explained = computed(() => EXPLAINED[this.carrier()]);
}
