import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { eventsPage } from '../../api/edge/events-page.js';
import { asyncapi, clientEvents, serverEvents } from '../support/asyncapi.js';
import { contract } from '../support/contract.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

describe('the contract', () => {
  it('is served as it was written', async () => {
    const { url } = await startServer();
    const answer = await fetch(`${url}/api/openapi.yaml`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/yaml/);
    expect(await answer.text()).toBe(readFileSync('openapi/chat.openapi.yaml', 'utf8'));
  });

  it('is served as JSON, the same document', async () => {
    const { url } = await startServer();
    const answer = await fetch(`${url}/api/openapi.json`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual(contract);
  });

  it('is the same for a reader that knows no merge keys', () => {
    expect(parse(readFileSync('openapi/chat.openapi.yaml', 'utf8'))).toEqual(contract);
  });
});

describe('the description of the events', () => {
  it('is served in one piece, as YAML and as JSON', async () => {
    const { url } = await startServer();
    const yaml = await fetch(`${url}/api/asyncapi.yaml`);
    expect(yaml.headers.get('content-type')).toMatch(/^application\/yaml/);
    expect(parse(await yaml.text())).toEqual(asyncapi);
    const json = await fetch(`${url}/api/asyncapi.json`);
    expect(json.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await json.json()).toEqual(asyncapi);
  });

  const page = async () => {
    const { url } = await startServer();
    const answer = await fetch(`${url}/api/docs/events`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    return { url, html: await answer.text() };
  };

  it('is a page with every event, every schema and every code', async () => {
    const { html } = await page();
    const codes = contract.components.schemas.ProblemCode.enum;
    for (const name of [...clientEvents.keys(), ...serverEvents.keys(), ...codes])
      expect(html).toContain(`<code>${name}</code>`);
    for (const name of Object.keys(asyncapi.components.schemas)) expect(html).toContain(`id="${name}"`);
  });

  it('is a page whose links lead somewhere, and which needs no script', async () => {
    const { url, html } = await page();
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!);
    expect(links.filter((link) => link.startsWith('#') && !html.includes(`id="${link.slice(1)}"`))).toEqual([]);
    const others = links.filter((link) => !link.startsWith('#'));
    expect(others).toContain('/api/docs');
    for (const link of others) expect([link, (await fetch(url + link)).status]).toEqual([link, 200]);
    expect(html).not.toMatch(/<script|\son\w+=|javascript:|src=/i);
  });

  it('shows what is written in it as text', () => {
    const document = structuredClone(asyncapi);
    document.info.description = '<img src=x> `<b>` &';
    expect(eventsPage(document)).toContain('<p>&lt;img src=x&gt; <code>&lt;b&gt;</code> &amp;</p>');
  });
});

describe('Swagger UI', () => {
  const page = async (url: string) => {
    const answer = await fetch(`${url}/api/docs`);
    return { answer, html: await answer.text() };
  };

  it('is there, whether or not its address ends in a slash', async () => {
    const { url } = await startServer();
    for (const path of ['/api/docs', '/api/docs/']) {
      const answer = await fetch(url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await answer.text()).toContain('Live Chat Room API');
    }
  });

  it('has every file that its page asks for', async () => {
    const { url } = await startServer();
    const { html, answer } = await page(url);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const loaded = await fetch(new URL(file, answer.url));
      expect([file, loaded.status]).toEqual([file, 200]);
      const type = file.endsWith('.js') ? /javascript/ : file.endsWith('.css') ? /css/ : /image/;
      expect(loaded.headers.get('content-type')).toMatch(type);
      expect((await loaded.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it('shows the contract', async () => {
    const { url } = await startServer();
    const script = await (await fetch(`${url}/api/docs/swagger-ui-init.js`)).text();
    for (const operation of ['sendMessage', 'listEvents', 'streamEvents', 'getMetrics'])
      expect(script).toContain(operation);
  });

  it('runs no script that the policy would have to trust blindly', async () => {
    const { url } = await startServer();
    const { html, answer } = await page(url);
    const policy = answer.headers.get('content-security-policy')!;
    expect(/script-src ([^;]+)/.exec(policy)?.[1]).toBe("'self'");
    const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, inside] of scripts) {
      expect(attributes).toMatch(/\bsrc=/);
      expect(inside!.trim()).toBe('');
    }
    expect(html).not.toMatch(/\son\w+=|javascript:/i);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
