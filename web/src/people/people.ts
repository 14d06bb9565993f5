import { Component, inject, output } from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { Avatar } from './avatar';

/** Who is here. */
@Component({
  selector: 'chat-people',
  imports: [Avatar],
  templateUrl: './people.html',
  styleUrl: './people.css',
})
export class People {
  protected readonly store = inject(ChatStore);
  readonly closed = output();
}
