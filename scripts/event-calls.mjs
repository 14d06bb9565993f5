const nameOf = ({ $ref }) => $ref.split('/').at(-1);

/**
 * The events of an AsyncAPI document in one piece as if they were calls of OpenAPI, so that the same tool judges both:
 * what a client says is a body, what it is answered or told is a response.
 */
export function eventCalls({ info, components, channels, operations }) {
  const paths = {};
  for (const [operationId, { action, channel, messages, reply }] of Object.entries(operations)) {
    const { address, parameters, messages: ofChannel } = channels[nameOf(channel)];
    const [event, ...answers] = [...messages, ...(reply?.messages ?? [])].map(
      (message) => components.messages[nameOf(ofChannel[nameOf(message)])],
    );
    const content = ({ payload }) => ({ 'application/json': { schema: payload } });
    // The last answer is the refusal.
    const told = action === 'send' ? [[200, event]] : answers.map((answer, at) => [at === 0 ? 200 : 400, answer]);
    paths[`${address}/${event.name}`] = {
      [action === 'send' ? 'get' : 'post']: {
        operationId,
        parameters: Object.keys(parameters).map((name) => ({
          name,
          in: 'path',
          required: true,
          schema: { type: 'string' },
        })),
        ...(action === 'receive' && { requestBody: { required: true, content: content(event) } }),
        responses: Object.fromEntries(
          told.map(([status, message]) => [status, { description: message.title, content: content(message) }]),
        ),
      },
    };
  }
  return { openapi: '3.1.1', info, paths, components: { schemas: components.schemas } };
}
