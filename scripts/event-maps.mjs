const HEAD = `/** Made of openapi/chat.asyncapi.yaml by "npm run contract"; not to be edited. */
import type * as Contract from './chat.js';
`;

const nameOf = ({ $ref }) => $ref.split('/').at(-1);

/** The typed event maps of Socket.IO, of the AsyncAPI document as it was written. */
export function eventMaps({ components, channels, operations }) {
  /** What the document narrows of a schema of the OpenAPI document has that schema's type. */
  const typeOf = ({ payload }) => {
    const isOurs = payload.$ref.startsWith('#');
    return `Contract.${nameOf(isOurs ? components.schemas[nameOf(payload)].allOf[0] : payload)}`;
  };
  const messagesOf = ({ channel, messages }) =>
    messages.map((message) => components.messages[nameOf(channels[nameOf(channel)].messages[nameOf(message)])]);
  const told = (operation) => messagesOf(operation).map((event) => `'${event.name}': (payload: ${typeOf(event)})`);
  const taken = (operation) => {
    const answers = messagesOf(operation.reply).map(typeOf).join(' | ');
    return messagesOf(operation).map(
      (event) => `'${event.name}': (command: ${typeOf(event)}, ack: (answer: ${answers}) => void)`,
    );
  };

  const map = (name, action, lines) => {
    // Connecting is no event, but what comes before all of them.
    const ids = Object.keys(operations).filter((id) => operations[id].action === action && id !== 'connect');
    const members = ids.flatMap((id) => lines(operations[id])).map((member) => `  ${member} => void;\n`);
    return `export interface ${name} {\n${members.join('')}}\n`;
  };
  return [HEAD, map('ClientEvents', 'receive', taken), map('ServerEvents', 'send', told)].join('\n');
}
