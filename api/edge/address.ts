import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyaddr from 'proxy-addr';

/** Whose word on addresses is taken: so many proxies in front, or those in the named ranges. */
export type TrustedProxies = number | string[];

/**
 * Tells the address that a request counts against. An IPv6 network of 64 bits is one address, since anyone
 * who has one address of it has all of them.
 */
export function addressReader(trusted: TrustedProxies): (request: IncomingMessage) => string {
  const trust =
    typeof trusted === 'number' ? (_address: string, hop: number) => hop < trusted : proxyaddr.compile(trusted);
  return (request) => network(proxyaddr(request, trust));
}

function network(text: string): string {
  if (!ipaddr.isValid(text)) return 'unknown';
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}
