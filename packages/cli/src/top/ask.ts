import { connect } from 'node:net'
import type { ExposedProcess, ProcessView } from '@verifull/core/diagnostics'

/** A value as JSON gives it back: dates are texts, undefined properties are absent. */
export type InJson<T> = T extends Date
  ? string
  : T extends readonly (infer One)[]
    ? readonly InJson<One>[]
    : T extends object
      ? { readonly [Key in keyof T]: InJson<T[Key]> }
      : T

/** The view of another process. */
export type View = InJson<ProcessView>

/** The answer of a process, or the reason that there is none. */
export type Answer =
  | { readonly view: View; readonly text: string }
  /** `ended`: nothing listens any more. `silent`: it has not answered in time. `unreadable`: another version of Verifull. */
  | { readonly failure: 'ended' | 'silent' | 'unreadable' }

/** Time for an answer, in milliseconds. */
const ANSWER_MS = 2000
/** Longest answer, in characters. */
const LONGEST = 16_000_000
/** Errors of a socket on which nothing listens. */
const NOBODY = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']

/** Asks a process for its numbers. Never rejects. */
export function ask({ socket: path, token }: ExposedProcess): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const end = (answer: Answer) => {
      clearTimeout(late)
      socket.destroy()
      resolve(answer)
    }
    const late = setTimeout(end, ANSWER_MS, { failure: 'silent' })
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(`${token}\n`))
    socket.on('data', (piece: string) => {
      text += piece
      if (text.length > LONGEST) end({ failure: 'unreadable' })
    })
    socket.on('end', () => end(text === '' ? { failure: 'silent' } : readView(text)))
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) =>
      end({ failure: NOBODY.includes(code) ? 'ended' : 'silent' }),
    )
  })
}

function readView(text: string): Answer {
  try {
    const view: View = JSON.parse(text)
    return view.version === 1 ? { view, text } : { failure: 'unreadable' }
  } catch {
    return { failure: 'unreadable' }
  }
}
