import type { Attack } from './attacks.ts'
import { type Reaction, reactionOfPlainPg, reactionOfVerifull } from './reaction.ts'
import { paragraph } from './screen.ts'

/** Messages of a client before the server is verified. */
const HARMLESS = ['SSLRequest', 'ClientHello', 'TLS established']

/** Runs an attack on both clients; true if Verifull refused it for the expected reason and disclosed nothing. */
export async function showAttack(attack: Attack): Promise<boolean> {
  paragraph(attack.title, '', 'bold')
  const ours = await reactionOfVerifull(attack)
  const good = ours.refusedBy === attack.refusedBy && ours.messages.every((event) => HARMLESS.includes(event))
  paragraph(verdict(ours, attack, good), '  Verifull  ', good ? 'green' : 'red')
  paragraph(ours.message, '            ')
  if (attack.attacker)
    paragraph(`the attacker heard ${ours.messages.join(' and ')}, and no more`, '            ', 'dim')
  const theirs = await reactionOfPlainPg(attack)
  paragraph(
    `${theirs.refusedBy ? `refused (${theirs.refusedBy})` : theirs.message}, with ${attack.usually}`,
    '  plain pg  ',
  )
  const read = theirs.messages.filter((event) => event.startsWith('Query')).at(-1)
  if (read) paragraph(`the attacker read: ${read.slice('Query '.length)}`, '            ', 'dim')
  console.log()
  return good
}

function verdict({ refusedBy }: Reaction, attack: Attack, good: boolean): string {
  if (good) return `refused (${refusedBy})`
  return `${refusedBy === undefined ? 'connected' : `refused (${refusedBy})`}, where ${attack.refusedBy} was expected`
}
