import { dirname, extname, resolve } from 'node:path'
import { kindOf } from './file-kind.ts'
import type { Found, Scanned } from './found.ts'
import { judgeLines } from './lines/judge-lines.ts'
import { isTooDeep } from './nesting.ts'
import { judgeTree } from './tree/judge-tree.ts'
import type { Node } from './tree/node.ts'
import { parseJavascript, parseJson } from './tree/parse-javascript.ts'
import { parseYaml } from './tree/parse-yaml.ts'
import { Program } from './tree/program.ts'
import { hasWords, hasWordsInCode } from './words.ts'

/** Longest text that is parsed, in UTF-16 units. */
const LONGEST_PARSED = 4_000_000

/** Reads a file of the project, or gives undefined. */
export type ReadText = (path: string) => string | undefined

/**
 * Judges the text of one file. Nothing is executed.
 *
 * @param path Its absolute path; the name tells the kind.
 * @param read Reads other files, for constants that are imported.
 */
export function scanText(text: string, path: string, read: ReadText = () => undefined): Scanned {
  const kind = kindOf(path)
  if (kind === undefined || !hasWords(text)) return { found: [] }
  if (kind === 'javascript' && !hasWordsInCode(text, /\.d\.[cm]?ts$/.test(path))) return { found: [] }
  const isTree = kind === 'javascript' || kind === 'json' || kind === 'yaml'
  if (isTree && text.length > LONGEST_PARSED) {
    return {
      found: [],
      unchecked: `it is larger than ${LONGEST_PARSED / 1e6} million characters, and has words of insecure settings`,
    }
  }
  if (!isTree) return { found: once(judgeLines(text, kind)) }
  if (isTooDeep(text)) return { found: [], unchecked: 'it nests too deeply, and has words of insecure settings' }
  if (kind === 'yaml') return scanYaml(text, path)
  let root: Node
  try {
    root = kind === 'json' ? parseJson(text) : parseJavascript(text, extname(path).toLowerCase())
  } catch (error) {
    return { found: [], unchecked: `it cannot be parsed (${messageOf(error)}), and has words of insecure settings` }
  }
  return { found: once(judge(root, path, kind === 'javascript', read)) }
}

function scanYaml(text: string, path: string): Scanned {
  const isTemplate = text.includes('{{')
  try {
    const { trees, isBroken } = parseYaml(text)
    if (!isBroken) return { found: once(trees.flatMap((tree) => judge(tree, path, false, () => undefined))) }
  } catch {
    // Too deep, or too many aliases: read line by line below.
  }
  const found = once(judgeLines(text, 'yaml'))
  return isTemplate ? { found } : { found, unchecked: 'it is no valid YAML, and was read line by line' }
}

function judge(root: Node, file: string, isCode: boolean, read: ReadText): readonly Found[] {
  const program = new Program(root)
  return judgeTree({ program, file, isCode, load: (_, module) => loaded(module, file, read) })
}

const EXTENSIONS = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.tsx', '.jsx', '/index.ts', '/index.js']

function loaded(module: string, from: string, read: ReadText): Program | undefined {
  if (!module.startsWith('.')) return undefined
  const base = resolve(dirname(from), module)
  for (const extension of EXTENSIONS) {
    for (const path of [
      `${base}${extension}`,
      ...(extension === '.ts' ? [base.replace(/\.([mc]?)js$/, '.$1ts')] : []),
    ]) {
      const text = kindOf(path) === 'javascript' || kindOf(path) === 'json' ? read(path) : undefined
      if (text === undefined || text.length > LONGEST_PARSED || isTooDeep(text)) continue
      try {
        return new Program(kindOf(path) === 'json' ? parseJson(text) : parseJavascript(text, extname(path)))
      } catch {
        return undefined
      }
    }
  }
  return undefined
}

/** Each flaw once: the first of a rule at a place, without those that lie within it. */
function once(found: readonly Found[]): readonly Found[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end)
  const ends = new Map<string, number>()
  return sorted.filter(({ rule, start, end }) => {
    const last = ends.get(rule) ?? -1
    ends.set(rule, Math.max(last, end))
    return last < start
  })
}

function messageOf(error: unknown): string {
  return error instanceof SyntaxError || error instanceof Error
    ? (error.message.split('\n')[0]?.slice(0, 80) ?? '')
    : 'broken'
}
