import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Words of a relative clause in place of a noun. */
const CLAUSE = '(?:What(?:ever)?|Who(?:m|se|ever)?|Where(?:ver)?|Whether|How)'

/** The start of a comment, of a list item or of a tag's text; members of a union begin in lower case. */
const FIRST = new RegExp(`^(?:[-*] |@param [\\w.]+ |@(?!param)\\w+ )?(${CLAUSE})\\b`, 'i')

/** The start of a later sentence in the same line. */
const LATER = new RegExp(`[.!?:] (${CLAUSE})\\b`)

const RULE =
  'say what the thing is or returns: no sentence of a comment begins with What, Who, Where, Whether or How (Habits in CONTRIBUTING.md)'

/** Returns a refusal with file and line for each comment with a sentence that begins with a relative clause. */
export function clausesIn(root) {
  return filesIn(root).flatMap((path) => {
    const file = relative(root, path).replaceAll('\\', '/')
    return textsOf(readFileSync(path, 'utf8')).flatMap(({ line, text, isFirst }) => {
      const [, word] = (isFirst ? FIRST.exec(text) : undefined) ?? LATER.exec(text) ?? []
      return word === undefined ? [] : [`${file}:${line} begins a sentence with ${word}; ${RULE}`]
    })
  })
}

function filesIn(root) {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
  return [...packages, 'test-harness'].flatMap((folder) => {
    const names = existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      : []
    return names
      .filter((name) => /\.(?:tsx?|mts|mjs)$/.test(name) && !/(?:^|[\\/])(?:node_modules|dist)[\\/]/.test(name))
      .map((name) => join(root, folder, name))
  })
}

/** The lines of all comments; `isFirst` where a sentence begins with the line. Examples are code and left out. */
function textsOf(source) {
  const texts = []
  let block = ''
  let isExample = false
  let isFirst = true
  source.split('\n').forEach((line, index) => {
    const [, opening, content = ''] = /^\s*(\/\*\*?|\*(?!\/)|\/\/)\s?(.*)$/.exec(line) ?? []
    const isComment = opening !== undefined && (opening.startsWith('/') || block === 'doc')
    if (!isComment) {
      block = ''
      return
    }
    const kind = opening === '//' ? 'line' : 'doc'
    if (opening.startsWith('/*') || (kind === 'line' && block !== 'line')) [isExample, isFirst] = [false, true]
    block = /\*\//.test(line) ? '' : kind
    const text = content.replace(/\*\/.*$/, '').trim()
    if (text.startsWith('@')) isExample = text.startsWith('@example')
    if (!isExample) texts.push({ line: index + 1, text, isFirst: isFirst || /^(?:@|[-*] )/.test(text) })
    isFirst = text === '' || /[.!?]$/.test(text)
  })
  return texts
}
