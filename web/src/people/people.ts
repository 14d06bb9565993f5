import { Component, inject, output } from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { Avatar } from './avatar';
import { ReceiptsSwitch } from './receipts-switch';

/** Who is here. */
@Component({
  selector: 'chat-people',
  imports: [Avatar, ReceiptsSwitch],
  templateUrl: './people.html',
  styleUrl: './people.css',
})
export class People {
  protected readonly store = inject(ChatStore);
  readonly closed = output();
}
