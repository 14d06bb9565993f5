import { nameOf, type Schema } from './asyncapi.js';
import { html, type Html, phrase } from './html.js';

export type Schemas = Record<string, Schema>;

export const linkTo = (name: string): Html => html`<a href="#${name}">${name}</a>`;

/** Its members, those of what it is made of included; a later part says more of a member than an earlier one. */
function membersOf(schema: Schema, schemas: Schemas): { properties: Schemas; required: string[] } {
  const parts = [...(schema.$ref ? [schemas[nameOf({ $ref: schema.$ref })]!] : []), ...(schema.allOf ?? [])];
  const whole = { properties: { ...schema.properties }, required: [...(schema.required ?? [])] };
  for (const part of parts.map((part) => membersOf(part, schemas))) {
    for (const [name, member] of Object.entries(part.properties)) {
      whole.properties[name] = { ...whole.properties[name], ...member };
    }
    whole.required.push(...part.required);
  }
  return whole;
}

/** What an object has, or what a value is. */
export function schemaTable(schema: Schema, schemas: Schemas): Html {
  const { properties, required } = membersOf(schema, schemas);
  const members = Object.entries(properties);
  if (members.length === 0) return html`<p class="shape">${shape(schema)}</p>`;
  const rows = members.map(([name, member]) => {
    const description = member.description ?? (member.$ref && schemas[nameOf({ $ref: member.$ref })]?.description);
    return html`<tr>
      <th scope="row"><code>${name}</code>${required.includes(name) ? '' : html` <small>optional</small>`}</th>
      <td>${shape(member)}</td>
      <td>${phrase(description?.trim())}</td>
    </tr>`;
  });
  return html`<div class="wide" tabindex="0" role="group" aria-label="Members">
    <table>
      <thead>
        <tr>
          <th scope="col">Member</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function shape(schema: Schema): Html {
  if (schema.$ref) return linkTo(nameOf({ $ref: schema.$ref }));
  if (schema.type === 'array') return html`array of ${shape(schema.items ?? {})}${bounds(schema)}`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return html`${schema.enum.map((value) => html`<code>${String(value)}</code> `)}`;
  const pattern = schema.pattern && html`<br /><code class="pattern">${schema.pattern}</code>`;
  return html`${schema.type ?? 'anything'}${schema.format && ` (${schema.format})`}${bounds(schema)}${pattern}`;
}

function bounds({ minLength, maxLength, minimum, maximum, minItems, maxItems }: Schema): string {
  return [
    range(minLength, maxLength, ' characters'),
    range(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    range(minItems, maxItems, ' items'),
  ].join('');
}

function range(least: number | undefined, most: number | undefined, of: string): string {
  if (least === undefined && most === undefined) return '';
  if (least === most) return `, ${least}${of}`;
  if (most === undefined) return `, ${least}${of} or more`;
  return least === undefined ? `, at most ${most}${of}` : `, ${least} to ${most}${of}`;
}
