import { createRequire } from 'node:module'
import type { ParserPlugin } from '@babel/parser'
import type { Node } from './node.ts'

/** The parser, which is loaded for the first file that needs it. */
const parser = (): typeof import('@babel/parser') => createRequire(__filename)('@babel/parser')

/** Parses JavaScript or TypeScript, with as many errors as can be overlooked. @throws SyntaxError where none helps */
export function parseJavascript(text: string, extension: string): Node {
  const options = {
    sourceType: 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    allowImportExportEverywhere: true,
  } as const
  const decorators: ParserPlugin = 'decorators-legacy'
  const choices: readonly ParserPlugin[][] = /^\.[mc]?ts$/.test(extension)
    ? [
        ['typescript', decorators],
        ['typescript', 'jsx', decorators],
      ]
    : extension === '.tsx'
      ? [['typescript', 'jsx', decorators]]
      : [
          ['jsx', decorators],
          ['jsx', 'flow', decorators],
          ['typescript', 'jsx', decorators],
        ]
  let first: unknown
  for (const plugins of choices) {
    try {
      return parser().parse(text, { ...options, plugins }).program
    } catch (error) {
      first ??= error
    }
  }
  throw first
}

/** Parses JSON, with comments and trailing commas as many tools accept them. @throws SyntaxError if it is none */
export function parseJson(text: string): Node {
  return parser().parseExpression(text.replace(/^\uFEFF/, ' '), { errorRecovery: true, attachComment: false })
}
