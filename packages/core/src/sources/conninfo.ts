import { parameterNamed } from '../parameters/parameters.ts'
import { recognized } from '../parameters/unknown-parameter.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'
import { holdsSecret, isPlausible } from './suspected-secret.ts'

const UNQUOTED = 'a value with blanks must stand in single quotes'
const SECRET_INSIDE = /(?:^|[ \t-\r])(?:ssl)?password[ \t-\r]*=/

/**
 * Parses a `key = 'value' …` connection string as libpq does.
 *
 * Quotes hold blanks, a backslash takes the next character literally, the last of equal keys wins. Faults are reported
 * by position: a word that resembles no parameter may be the rest of a password that should have been quoted.
 */
export function parseConninfo(text: string, source: string): Layer {
  const draft = new LayerDraft('url')
  const fault = (at: number, why: string) =>
    draft.problem('url', `${source} cannot be parsed at character ${at + 1}: ${why}`)
  const word = /[ \t-\r]*([^= \t-\r]*)[ \t-\r]*(=?)[ \t-\r]*/y
  const value = /'((?:[^'\\]|\\.)*)('?)|((?:[^ \t-\r\\]|\\.?)*)/sy
  let mayHoldSecret = false
  let at = 0
  while (/[^ \t-\r]/.test(text.slice(at))) {
    word.lastIndex = at
    const [, key = '', equals] = word.exec(text) ?? []
    if (!equals) {
      fault(at, `a "=" is missing; ${UNQUOTED}`)
      break
    }
    value.lastIndex = word.lastIndex
    const [, quoted, close, bare = ''] = value.exec(text) ?? []
    if (quoted !== undefined && close !== "'") {
      fault(word.lastIndex, 'the closing single quote is missing')
      break
    }
    if (SECRET_INSIDE.test(quoted ?? bare)) {
      // libpq takes `sslmode= password=x` for the mode `password=x`, and a message about that would show the password.
      fault(at, "a password stands where a value is missing; write '' for an empty one")
      mayHoldSecret = true
    } else if (!draft.setNamed(key, (quoted ?? bare).replace(/\\(.?)/gs, '$1'), source)) {
      const sentence = recognized(key, source)
      if (sentence === undefined) fault(at, `unknown parameter; ${UNQUOTED}`)
      else draft.problem(key, sentence)
    }
    const name = parameterNamed(key)
    if (name && mayHoldSecret && !isPlausible(name, draft)) {
      draft.unset(name)
      fault(at, UNQUOTED)
    }
    mayHoldSecret ||= holdsSecret(name)
    at = value.lastIndex
  }
  return draft
}
