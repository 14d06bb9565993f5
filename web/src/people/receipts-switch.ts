import { Component, inject } from '@angular/core';
import { ChatStore } from '../data/chat.store';

/** Whether others may see how far one has read. */
@Component({
  selector: 'chat-receipts-switch',
  template: `
    <button
      type="button"
      role="switch"
      data-testid="receipts-switch"
      [attr.aria-checked]="store.receipts()"
      (click)="store.setReceipts(!store.receipts())"
    >
      <span>Others see what I have read</span><i></i>
    </button>
  `,
  styleUrl: './receipts-switch.css',
})
export class ReceiptsSwitch {
  protected readonly store = inject(ChatStore);
}
