import { type AsyncApi, type Message, messagesOf, nameOf, type Operation, type Schema } from './asyncapi.js';
import { STYLE } from './events-style.js';
import { html, Html, phrase, prose } from './html.js';
import { linkTo, schemaTable } from './schema-table.js';

/** The Socket.IO half of the contract for a person to read: one page that needs no script and nothing else. */
export function eventsPage(document: AsyncApi): string {
  const { info, channels, operations, components } = document;
  const [channel] = Object.values(channels);
  const all = Object.entries(operations);
  const taken = all.filter(([, { action }]) => action === 'receive');
  const told = all.filter(([, { action }]) => action === 'send');
  const schemas = Object.entries(components.schemas);

  const list = (title: string, items: Html[]) =>
    html`<h2>${title}</h2>
      <ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
  const toOperation = ([id, operation]: [string, Operation]) =>
    html`<a href="#${id}"><code>${messagesOf(document, operation)[0]!.name}</code></a>`;

  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>${info.title} <small>${info.version}</small></h1>
          <p class="links">
            <a href="/api/docs">REST, to try out</a> <a href="/api/asyncapi.yaml">AsyncAPI as YAML</a>
            <a href="/api/asyncapi.json">as JSON</a> <a href="/">The chat</a>
          </p>
        </header>
        <nav aria-label="Contents">
          ${list('You send', taken.map(toOperation))} ${list('You are told', told.map(toOperation))}
          <details>
            <summary>Schemas</summary>
            <ul>
              ${schemas.map(([name]) => html`<li>${linkTo(name)}</li>`)}
            </ul>
          </details>
        </nav>
        <main id="content">
          ${prose(info.description)}
          <h2>The namespace <code>${channel!.address}</code></h2>
          ${prose(channel!.description)}
          <h2>What you send</h2>
          ${taken.map(([id, operation]) => section(document, id, operation))}
          <h2>What you are told</h2>
          ${told.map(([id, operation]) => section(document, id, operation))}
          <h2>Schemas</h2>
          ${schemas.map(
            ([name, schema]) =>
              html`<section id="${name}">
                <h3>${name}</h3>
                ${prose(schema.description)}${schemaTable(schema, components.schemas)}
              </section>`,
          )}
        </main>
      </body>
    </html> `;
  return page.text;
}

function section(document: AsyncApi, id: string, operation: Operation): Html {
  const [event] = messagesOf(document, operation);
  const replies = operation.reply ? messagesOf(document, operation.reply) : [];
  return html`<section id="${id}">
    <h3><code>${event!.name}</code> ${operation.title}</h3>
    <p>${phrase(operation.summary)}</p>
    ${prose(operation.description)} ${told(document, event!)}
    ${replies.map(
      (reply) =>
        html`<div class="reply">
          <h4>${replyTitle(reply)}</h4>
          ${toEvent(document, reply) ?? told(document, reply)}
        </div>`,
    )}
  </section>`;
}

/** Where it is told of as an event of its own. */
function toEvent(document: AsyncApi, reply: Message): Html | undefined {
  const own = Object.entries(document.operations).find(
    ([, operation]) => operation.action === 'send' && messagesOf(document, operation).includes(reply),
  );
  return own && html`<p><a href="#${own[0]}">${own[1].title}</a></p>`;
}

const replyTitle = ({ name, title }: Message) => html`<code>${name}</code> ${phrase(title)}`;

/** What a message carries, with which codes it refuses, and how it looks. */
function told({ components: { schemas } }: AsyncApi, { payload, summary, examples = [] }: Message): Html {
  const name = nameOf(payload);
  const codes = codesOf(schemas[name]!);
  return html` <p>
      ${phrase(summary)}
      ${linkTo(name)}${codes.length > 0 ? html`, with one of the codes ${codes.map((code) => html`<code>${code}</code> `)}` : ''}
    </p>
    ${codes.length > 0 ? '' : schemaTable(schemas[name]!, schemas)}
    ${examples.map(
      (example) =>
        html`<figure>
          ${example.summary && html`<figcaption>${example.summary}</figcaption>`}
          <pre tabindex="0"><code>${JSON.stringify(example.payload, null, 2)}</code></pre>
        </figure>`,
    )}`;
}

/** The codes to which a document of ours narrows a problem. */
function codesOf({ allOf = [], properties }: Schema): string[] {
  const own = properties?.['code']?.enum ?? properties?.['problem']?.properties?.['code']?.enum ?? [];
  return [...own.map(String), ...allOf.filter(({ $ref }) => !$ref).flatMap(codesOf)];
}
