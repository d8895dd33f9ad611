import { PARAMETERS, type ParameterName } from '../parameters/parameters.ts'
import { parseEnumeration } from '../parameters/parse-enumeration.ts'
import { parseBoolean } from '../parameters/parse-parameter.ts'
import { alternatives, quote } from '../text/quote.ts'
import { kindOf, type Named, own, propertiesOf, unreadable } from '../text/record.ts'
import type { LayerDraft } from './layer-draft.ts'
import { pemOf } from './option-value.ts'

/** Node's TLS options that correspond to a parameter of libpq. */
const PARAMETER: Readonly<Record<string, ParameterName>> = {
  ca: 'sslrootcert',
  cert: 'sslcert',
  key: 'sslkey',
  passphrase: 'sslpassword',
  crl: 'sslcrl',
  minVersion: 'ssl_min_protocol_version',
  maxVersion: 'ssl_max_protocol_version',
}

/** Node's TLS options without a parameter, with the alternative to each. */
const INSTEAD: Readonly<Record<string, string>> = {
  secureContext: 'give ssl.ca, ssl.cert and ssl.key, from which one is made and shared',
  pfx: 'give the certificate in ssl.cert and its key in ssl.key, as PEM',
  ciphers: 'it is not configurable: TLS 1.2 and later are negotiated with the suites that Node has by default',
  secureProtocol: 'use ssl.minVersion',
  secureOptions: 'use ssl.minVersion',
  ecdhCurve:
    'it is not configurable: hybrid groups come first where Node has them; to demand one use settings.keyExchange',
  ALPNProtocols: 'it is always postgresql; for direct negotiation use sslnegotiation=direct',
  socket: 'the connection is made below the driver',
  host: 'use host, or ssl.servername for the name in the certificate',
  mode: 'use sslmode',
  sslmode: 'use sslmode beside ssl, not in it',
}

/** Options of the object without effect: Sequelize's examples have `require`, which pg ignores. */
const WITHOUT_EFFECT = ['require', 'requestCert', 'enableTrace', 'session']

/** The options of the object that are read. */
const READ = [...Object.keys(PARAMETER), 'servername', 'rejectUnauthorized', 'checkServerIdentity']

/** Reads pg's `ssl` option; the keys of an object are read by name, because pg makes `key` non-enumerable. */
export function readSsl(ssl: unknown, path: string, draft: LayerDraft): void {
  if (ssl === undefined || ssl === null || ssl === '') return
  const source = `option ${path}`
  if (typeof ssl === 'string') {
    const parsed = parseBoolean(source, { value: ssl, source })
    if ('value' in parsed) readSsl(parsed.value, path, draft)
    else draft.problem('ssl', `${source} must be true, false or an object, not ${textual(ssl)}`)
  } else if (ssl === false) {
    draft.set('sslmode', 'disable', source)
  } else if (ssl === true) {
    draft.encrypt = { value: true, source: `${source}=true` }
  } else {
    const unfit = unreadable(ssl, READ)
    if (unfit) {
      draft.problem('ssl', `${source} must be true, false or an object, ${unfit}`)
      return
    }
    draft.encrypt = { value: true, source }
    readTlsOptions(propertiesOf(ssl as object, READ).all, path, draft)
  }
}

function readTlsOptions(ssl: Named, path: string, draft: LayerDraft): void {
  for (const key of new Set([...Object.keys(PARAMETER), ...Object.keys(ssl)])) {
    const value = ssl[key]
    if (value === undefined || value === null || value === '') continue
    const source = `option ${path}.${key}`
    const name = own(PARAMETER, key)
    if (name) draft.set(name, pemOf(value, source, draft), source)
    else if (key === 'rejectUnauthorized') readVerification(value, source, draft)
    else if (key === 'servername') readServername(value, source, draft)
    else if (key === 'checkServerIdentity') draft.ownIdentityCheck.push(source)
    else if (!WITHOUT_EFFECT.includes(key)) draft.problem(`ssl.${key}`, `${source} is not supported; ${instead(key)}`)
  }
}

/** Reads booleans only: pg verifies at `'false'` and `0`, which their author intends to turn it off. */
function readVerification(value: unknown, source: string, draft: LayerDraft): void {
  if (value === false) draft.verificationOff.push(`${source}=false`)
  if (typeof value === 'boolean') draft.set('sslmode', value ? 'verify-full' : 'require', source)
  else draft.problem('ssl.rejectUnauthorized', `${source} must be true or false, not ${kindOf(value)}`)
}

function readServername(value: unknown, source: string, draft: LayerDraft): void {
  if (typeof value === 'string') draft.setServername(value, source)
  else draft.problem('ssl.servername', `${source} must be a string, not ${kindOf(value)}`)
}

/** Returns the words for a text as `ssl`, which is usually a mode. Longer texts may hold a key and are not repeated. */
function textual(ssl: string): string {
  const mode = parseEnumeration('sslmode', PARAMETERS.sslmode.values, { value: ssl, source: '' })
  if ('value' in mode) return `${quote(ssl)}; use sslmode=${ssl}`
  return /^(?:[a-z_-]{1,20}|[A-Z_-]{1,20})$/.test(ssl)
    ? `${quote(ssl)}; use sslmode=verify-full`
    : 'text; use sslmode=verify-full'
}

function instead(key: string): string {
  const known = [...Object.keys(PARAMETER), 'servername', 'rejectUnauthorized']
  return own(INSTEAD, key) ?? `what is read is ${alternatives(known)}`
}
