import { finding, type RuleFinding } from '../errors/finding.ts'
import { fileSpellings } from '../system/environment-variable.ts'
import type { Variables } from '../system/process-facts.ts'
import { distance } from '../text/did-you-mean.ts'
import { quote } from '../text/quote.ts'
import { own } from '../text/record.ts'
import { insteadOfFile, isRead, READ_VARIABLES, withoutFile } from './read-variables.ts'

/** Known wrong names, without their underscores, with the variable for each. */
const MEANT: Readonly<Record<string, string>> = {
  DBSSLROOTCERT: 'DB_SSL_CA',
  DBSSLCACERT: 'DB_SSL_CA',
  DBSSLCAPATH: 'DB_SSL_CA',
  DBSSLCAFILE: 'DB_SSL_CA',
  DBROOTCERT: 'DB_SSL_CA',
  DBSSLCLIENTCERT: 'DB_SSL_CERT',
  DBSSLCLIENTKEY: 'DB_SSL_KEY',
  DBHOSTNAME: 'DB_HOST',
  DBPWD: 'DB_PASSWORD',
  DBDBNAME: 'DB_NAME',
  DBURL: 'DATABASE_URL',
  DATABASEURI: 'DATABASE_URL',
  PGSSLROOT: 'PGSSLROOTCERT',
  PGSSLCA: 'PGSSLROOTCERT',
  PGSSLCERTIFICATE: 'PGSSLCERT',
  PGPASS: 'PGPASSWORD',
  PGUSERNAME: 'PGUSER',
  PGDBNAME: 'PGDATABASE',
  PGHOSTNAME: 'PGHOST',
  SECRETBACKEND: 'SECRETS_BACKEND',
  SECRETSSTORE: 'SECRETS_BACKEND',
}

/** Variables of PostgreSQL's own programs that resemble others and set no parameter. */
const OTHERS = [
  'PGDATA',
  'PGTZ',
  'PGGEQO',
  'PGDATESTYLE',
  'PGLOCALEDIR',
  'PGSERVICEFILE',
  'PGSYSCONFDIR',
  'PGSSLCRLFILE',
]

/**
 * Returns a finding for each variable that is set without effect, and whose name is a near miss of one that is not set, or
 * the spelling for a file of one that has none.
 *
 * Applications have variables of their own with the same beginnings (`DB_LOGGING`, `DB_HOST_2`, `DB_HOSTS`): only other
 * case or underscores, a slip or a known name of other tools counts.
 */
export function misspeltVariables(variables: Variables): readonly RuleFinding[] {
  return Object.keys(variables).flatMap((name) => {
    if (!variables[name] || !/^(?:FILE__)?(?:DB_?|DATABASE_?|PG|SECRETS?_?|VERI?FUL+_?)/i.test(name)) return []
    const bare = withoutFile(name)
    if (isRead(name) || OTHERS.includes(name)) return []
    const instead = insteadOfFile(name)
    if (instead !== undefined) {
      const fix = instead === bare ? `set ${bare} itself, which has no spelling for a file` : `use ${instead}`
      return variables[instead] ? [] : [finding('variable-name', 'warn', notRead(name), fix)]
    }
    if (OTHERS.includes(bare)) return []
    const meant = meantBy(bare)
    if (meant === undefined || isSet(meant, variables)) return []
    return [finding('variable-name', 'warn', notRead(name), `did you mean ${meant}?`)]
  })
}

function notRead(name: string): string {
  return `the variable ${quote(name)} is not read`
}

function meantBy(name: string): string | undefined {
  const plain = plainOf(name)
  return (
    own(MEANT, plain) ??
    READ_VARIABLES.find((candidate) => plainOf(candidate) === plain) ??
    READ_VARIABLES.find((one) => isSlip(plain, one))
  )
}

/**
 * True for a slip: one letter too few, too many or different, two swapped letters, or two slips in a long name. A
 * plural or a number makes another name.
 */
function isSlip(plain: string, candidate: string): boolean {
  const wanted = plainOf(candidate)
  if (plain.replace(/(?:S|\d+)$/, '') === wanted || /\d/.test(plain) || wanted.length < 7) return false
  if (Math.abs(plain.length - wanted.length) > 2) return false
  const swapped = [...plain].sort().join('') === [...wanted].sort().join('')
  return distance(plain, wanted) <= (swapped || wanted.length > 11 ? 2 : 1)
}

function plainOf(name: string): string {
  return name.toUpperCase().replaceAll('_', '')
}

function isSet(name: string, variables: Variables): boolean {
  return [name, ...fileSpellings(name)].some((one) => Boolean(variables[one]))
}
