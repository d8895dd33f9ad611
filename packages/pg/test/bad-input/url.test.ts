import { blackHole } from '@verifull/test-harness'
import { afterAll, describe, expect, test } from 'vitest'
import { objection, type Refused } from './written.ts'

const listener = await blackHole()
afterAll(() => listener.stop())

const options = { host: 'localhost', port: listener.port, user: 'app', password: 'kahGh2-eiYo9', database: 'app' }
const place = `localhost:${listener.port}/app`
const url = `postgres://app:kahGh2-eiYo9@${place}`
const ENCODE = 'a password with # / ? % @ must be percent-encoded, or use PGPASSWORD or a password file'

/** Characters that have to be percent-encoded: pg says `Invalid URL` or `URI malformed`, and shows the URL (P11, P25). */
const UNREADABLE: readonly Refused[] = [
  [
    'a password with / in it',
    { options: `postgres://app:eiYo/9@${place}` },
    `option connectionString cannot be parsed at character 16 (userinfo): ${ENCODE}`,
  ],
  [
    'a password with % in it',
    { options: { connectionString: `postgres://app:eiYo%9@${place}` } },
    'option connectionString cannot be parsed at character 20 (userinfo): a % begins an encoded byte and needs two hexadecimal digits behind it; the character itself is written %25',
  ],
  [
    'a password with @ in it',
    { environment: { DATABASE_URL: `postgres://app:eiYo@9@${place}` } },
    `DATABASE_URL cannot be parsed at character 22 (userinfo): ${ENCODE}`,
  ],
  [
    'a password with / and ? in it',
    { settings: { url: `postgres://app:1/ei?Yo@${place}` } },
    `settings.url cannot be parsed at character 21 (query): ${ENCODE}`,
  ],
  [
    'a URL in quotes, as Docker’s --env-file leaves them',
    { environment: { DATABASE_URL: `"${url}"` } },
    'DATABASE_URL is in quotation marks, which docker --env-file and some shells keep; remove them',
  ],
  [
    'a URL of another database',
    { environment: { DATABASE_URL: `mysql://app:kahGh2@${place}` } },
    'DATABASE_URL does not begin with postgresql:// or postgres://, and has no key=value pairs either; write postgresql://USER@HOST:PORT/DATABASE',
  ],
  [
    'a URL with a line feed at its end',
    { environment: { DATABASE_URL: `${url}\n` } },
    `DATABASE_URL cannot be parsed at character ${url.length + 1} (white space): remove the line feed, tab or control character`,
  ],
  [
    'a conninfo string whose password has a blank',
    { environment: { DATABASE_URL: 'host=localhost user=app password=kahGh2 eiYo9' } },
    'DATABASE_URL cannot be parsed at character 40: a "=" is missing; a value with blanks must stand in single quotes',
  ],
]

const UNKNOWN: readonly Refused[] = [
  [
    'a misspelt parameter, which pg ignores',
    { options: `${url}?sslmodes=require` },
    'unknown parameter "sslmodes" (from option connectionString); did you mean sslmode?',
  ],
  [
    'a parameter that nobody knows',
    { options: `${url}?foo=bar` },
    'unknown parameter "foo" (from option connectionString); libpq has none of this name',
  ],
  [
    'Prisma’s sslaccept, which has no effect in pg (P23)',
    { options: `${url}?sslaccept=accept_invalid_certs` },
    'unknown parameter "sslaccept" (from option connectionString); use sslmode=verify-full, with the CA certificate of the server in sslrootcert',
  ],
  [
    'channel_binding with a value that it has not (P20)',
    { options: `${url}?channel_binding=required` },
    'invalid channel_binding value "required" (from option connectionString); did you mean require?',
  ],
  [
    'target_session_attrs=readwrite',
    { options: `${url}?target_session_attrs=readwrite` },
    'invalid target_session_attrs value "readwrite" (from option connectionString); did you mean read-write?',
  ],
]

/** Two sources that say different things: in pg one of them wins without a word (P2, P9). */
const CONTRADICTORY: readonly Refused[] = [
  [
    'a URL with sslmode=disable beside the setting verify-full (P2)',
    { options: `${url}?sslmode=disable`, settings: { sslmode: 'verify-full' } },
    'sslmode=disable (from option connectionString) contradicts sslmode=verify-full (from settings.sslmode); remove one',
  ],
  [
    'a URL with sslmode=disable beside an ssl object, which pg discards (P2)',
    { options: { connectionString: `${url}?sslmode=disable`, ssl: {} } },
    [
      '2 problems with the connection settings:',
      '  1. sslmode=disable (from option connectionString) contradicts option ssl; remove one',
      '  2. sslmode=disable (from option connectionString) is refused by policy production (rule plaintext-loopback); use verify-full, or allow plaintext-loopback with a reason for a local proxy',
    ].join('\n'),
  ],
  [
    'DB_SSL=false beside DB_SSL_MODE=verify-full',
    { options, environment: { DB_SSL: 'false', DB_SSL_MODE: 'verify-full' } },
    'DB_SSL=false contradicts sslmode=verify-full (from DB_SSL_MODE); remove one',
  ],
  [
    'the password of a URL beside a password function, which pg drops (b, P9)',
    { options: { connectionString: url, password: async () => 'eiYo9-kahGh2' } },
    'a password (from option connectionString) contradicts a password function (from option password); remove one',
  ],
  [
    'the password of a URL beside a credentials provider (P9)',
    { options: { connectionString: url }, settings: { secrets: async () => ({ password: 'eiYo9-kahGh2' }) } },
    'a password (from option connectionString) contradicts a credentials provider (from settings.secrets); remove one',
  ],
  [
    'host, user and password beside a URL that has others, which pg ignores (P9)',
    { options: { connectionString: url, host: 'db.example', user: 'admin', password: 'eiYo9-kahGh2' } },
    [
      '3 problems with the connection settings:',
      '  1. host=db.example (from option host) contradicts host=localhost (from option connectionString); remove one',
      '  2. user=admin (from option user) contradicts user=app (from option connectionString); remove one',
      '  3. the password (from option password) is not the password (from option connectionString); remove one',
    ].join('\n'),
  ],
  [
    'DB_PASSWORD beside DB_PASSWORD_FILE (P29)',
    { options: { ...options, password: undefined }, environment: { DB_PASSWORD: 'kahGh2', DB_PASSWORD_FILE: '/x' } },
    'DB_PASSWORD and DB_PASSWORD_FILE are both set; remove one',
  ],
]

describe.each([
  ['a URL that cannot be read', UNREADABLE],
  ['an unknown parameter', UNKNOWN],
  ['a contradiction', CONTRADICTORY],
])('%s fails before the network', (_kind, rows) => {
  test.each(rows)('%s', (_what, written, message) => {
    expect(objection(written)).toBe(message)
  })
})

test.each(['postgres://app:kah#Gh2@', 'postgres://app:kah?Gh2@', 'postgres://app:%23%2F%3F%25%40@'])(
  '%s starts: # and ? in a password are no delimiters for libpq, and encoded anything goes',
  (start) => {
    expect(objection({ options: `${start}${place}` })).toBe('the application starts')
  },
)

test('nothing of this reached the network', () => {
  expect(listener.accepted).toBe(0)
})
