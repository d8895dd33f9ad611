import type { Verdict } from '../../suite/verdict.ts'

/** A sign per verdict that is distinct without colour. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  equal: '=',
  stricter: '▲',
  weaker: '▼',
  different: '≠',
  failed: '!',
  unsupported: '–',
}

/** Meanings of the verdicts. */
export const MEANINGS: Readonly<Record<Verdict, string>> = {
  equal: 'does what libpq does',
  stricter: 'refuses more than libpq, on purpose and as listed',
  weaker: 'connects where libpq refuses, or in plaintext where libpq has TLS',
  different: 'does something else, without being weaker',
  failed: 'the suite could not tell',
  unsupported: 'the adapter does not declare what the cell needs',
}

/** A verdict's sign in colour; the caller adds the word. */
export function Sign({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span class={`sign ${verdict}`} aria-hidden="true">
      {SIGNS[verdict]}
    </span>
  )
}

/** A verdict as a word with its sign. */
export function Badge({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span class={`badge ${verdict}`}>
      <Sign verdict={verdict} /> {verdict}
    </span>
  )
}
