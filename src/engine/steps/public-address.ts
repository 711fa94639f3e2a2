import { lookup as systemLookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { coded } from '../../errors.ts'

export interface Address {
  address: string
  family: number
}

/** Finds all addresses of a name. */
export type Lookup = (hostname: string) => Promise<Address[]>

/** The machine's own resolver. */
export const lookupAll: Lookup = (hostname) => systemLookup(hostname, { all: true, verbatim: true })

/** Azure's metadata service lives at a public address. The others are link-local, shared or unique-local. */
const metadata = ['168.63.129.16']

/**
 * Whether an address belongs to the public internet: not this machine, not a private or shared network, not a
 * cloud's metadata service, and not an IPv6 form that stands for such an IPv4 address.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (metadata.includes(parsed.toString()) || parsed.range() !== 'unicast') return false
  // ::/96 once meant IPv4 addresses, and some stacks still think so.
  return parsed.kind() === 'ipv4' || !parsed.match(ipaddr.IPv6.parse('::'), 96)
}

/**
 * Resolves a host for a connection. One forbidden address among several is enough to refuse: an answer may be
 * mixed on purpose. The connection must go to what this returns, or a second answer could be another one.
 * Throws `blocked_address`.
 */
export async function resolvePublic(
  host: string,
  { lookup, allowHosts, port }: { lookup: Lookup; allowHosts: readonly string[]; port: string },
): Promise<Address[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const addresses = ipaddr.isValid(bare)
    ? [{ address: bare, family: ipaddr.parse(bare).kind() === 'ipv6' ? 6 : 4 }]
    : await lookup(bare)
  const allowed = allowHosts.includes(host) || allowHosts.includes(`${host}:${port}`)
  if (!allowed && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw coded('blocked_address', `${host} is not on the public internet; steps may not reach it.`)
  }
  if (addresses.length === 0) throw coded('step_failed', `${host} has no address.`)
  return addresses
}
