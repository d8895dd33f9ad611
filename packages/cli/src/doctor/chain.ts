import { type CertificateFacts, daysLeft } from '@verifull/core/diagnostics'
import type { Style } from '../report/style.ts'
import type { AddressSeen, ChainLink } from './examination.ts'

/** The certificates of a chain as a report has them. */
export function chainOf(
  chain: readonly CertificateFacts[],
  roots: readonly CertificateFacts[],
  now = new Date(),
): readonly ChainLink[] {
  return chain.map((facts) => {
    const { subject, issuer, keyType, keyBits, signatureAlgorithm, dnsNames, ipAddresses, fingerprint256 } = facts
    return {
      subject,
      issuer,
      keyType,
      keyBits,
      signatureAlgorithm,
      dnsNames,
      ipAddresses,
      fingerprint256,
      validTo: facts.validTo,
      daysLeft: daysLeft(facts, now),
      selfSigned: facts.selfSigned,
      trusted: roots.some((root) => root.fingerprint256 === fingerprint256),
    }
  })
}

/** Days below which a certificate's end is shown as doubtful. */
const SOON = 30

/** Draws a chain as a tree, the root above its certificates; a link that is missing is shown in its place. */
export function chainLines({ chain, roots }: Pick<AddressSeen, 'chain' | 'roots'>, style: Style): readonly string[] {
  const top = chain.at(-1)
  if (!top) return []
  const lost = top.trusted ? [] : [lostLink(top, roots, style)]
  const drawn = [...lost, ...chain.toReversed().map((link) => linkText(link, roots, style))]
  return drawn.flatMap((text, depth) => {
    const branch = depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `
    return style.wrap(`    ${branch}${text}`, `    ${'   '.repeat(depth)}  `)
  })
}

function lostLink({ issuer, selfSigned }: ChainLink, roots: string | undefined, style: Style): string {
  const wanted = roots === undefined || roots === 'none' ? 'no trusted root is configured' : `not in ${roots}`
  return style.bad(selfSigned ? `? ${wanted}` : `? ${nameIn(issuer)} is missing: ${wanted}`)
}

/** One certificate on one line: name, names of hosts, key, signature, days. */
export function linkText(link: ChainLink, roots: string | undefined, style: Style): string {
  const { keyType, keyBits, signatureAlgorithm, daysLeft: left, trusted, dnsNames, ipAddresses } = link
  const names = [...dnsNames, ...ipAddresses]
  const shown = names.length > 4 ? [...names.slice(0, 4), `${names.length - 4} more`] : names
  const paint = left < 0 ? style.bad : left < SOON ? style.doubtful : style.good
  const days = paint.call(style, left < 0 ? `expired ${-left} days ago` : `${left} days left`)
  return [
    style.strong(nameIn(link.subject)),
    ...(shown.length > 0 ? [`for ${shown.join(', ')}`] : []),
    `${keyType.toUpperCase()} ${keyBits ?? ''}`.trim(),
    signatureAlgorithm,
    days,
    ...(trusted ? [style.good(`trusted: ${roots}`)] : []),
  ].join(' · ')
}

/** The common name of a subject or issuer, or all of it. */
function nameIn(name: string): string {
  return /(?:^|, )CN=(.*?)(?:, [A-Za-z0-9]+=|$)/.exec(name)?.[1] ?? name
}
