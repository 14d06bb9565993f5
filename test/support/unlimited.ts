/** Most tests do in a second what people do in an hour. */
export const UNLIMITED = Object.fromEntries(
  ['SEND', 'JOIN', 'ROOMS', 'TYPING', 'POLL'].map((action) => [`CHAT_LIMIT_${action}`, 'off']),
);
