const NAME = 'Live Chat Room';

/** What the tab is called: how much waits, where one is, and the name of it all. */
export function tabTitle(room: string | undefined, unread: number): string {
  const title = room === undefined ? NAME : `${room} — ${NAME}`;
  return unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${title}` : title;
}
