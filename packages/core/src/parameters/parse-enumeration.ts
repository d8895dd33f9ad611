import { type Problem, problemWith } from '../errors/finding.ts'
import { didYouMean } from '../text/did-you-mean.ts'
import { alternatives, quote } from '../text/quote.ts'
import { own } from '../text/record.ts'
import type { Sourced } from '../text/sourced.ts'

/** Words of other tools, with libpq's word for each. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'no-verify':
    'it turns verification off: use verify-full, with the CA certificate of the server in sslrootcert where the CA is private',
  verify: 'did you mean verify-full?',
  'verify-identity': 'did you mean verify-full?',
  true: 'use verify-full',
  false: 'use disable',
}

/** Parses one of a few words, spelled exactly (libpq compares the case, except of TLS versions). */
export function parseEnumeration<Value extends string>(
  parameter: string,
  legal: readonly Value[],
  { value, source }: Sourced,
  anyCase = false,
): { readonly value: Value } | { readonly problem: Problem } {
  const found = legal.find((word) => word === value || (anyCase && word.toLowerCase() === value.toLowerCase()))
  if (found !== undefined) return { value: found }
  // These are understood, and refused later: they must not be suggested.
  const safe = legal.filter((word) => word !== 'TLSv1' && word !== 'TLSv1.1')
  const meant = didYouMean(value, safe)
  const advice =
    (parameter === 'sslmode' ? own(ELSEWHERE, value) : undefined) ??
    (meant === undefined ? `it must be ${alternatives(safe)}` : `did you mean ${meant}?`)
  return { problem: problemWith(parameter, `invalid ${parameter} value ${quote(value)} (from ${source}); ${advice}`) }
}
