import type { Found } from '../found.ts'

const LINE =
  /\b(host|hostssl|hostnossl)[ \t]+\S+[ \t]+\S+[ \t]+(\S+(?:[ \t]+\d+\.\d+\.\d+\.\d+)?)[ \t]+(trust|password|md5|scram-sha-256|cert|reject)\b/g

/** Judges lines of pg_hba.conf within a text that begins at `offset` of its file: the file itself, or a script that writes one. */
export function judgeHba(text: string, offset: number): readonly Found[] {
  return [...text.matchAll(LINE)].flatMap(
    ({ 0: whole, 1: type = '', 2: address = '', 3: method = '', index }): Found[] => {
      if (/^(127\.|::1|localhost|samehost)/.test(address) || method === 'reject') return []
      const place = { start: offset + index, end: offset + index + whole.length }
      if (method === 'trust') {
        return [{ rule: 'trust-authentication', what: `pg_hba.conf lets ${address} in without a password`, ...place }]
      }
      if (method === 'password' || method === 'md5') {
        return [{ rule: 'weak-authentication', what: `pg_hba.conf uses ${method} for ${address}`, ...place }]
      }
      if (type === 'hostssl') return []
      return [{ rule: 'weak-authentication', what: `pg_hba.conf lets ${address} in without TLS`, ...place }]
    },
  )
}
