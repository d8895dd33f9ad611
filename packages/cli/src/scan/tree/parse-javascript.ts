import { type ParserPlugin, parse, parseExpression } from '@babel/parser'
import type { Node } from './node.ts'

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
      return parse(text, { ...options, plugins }).program
    } catch (error) {
      first ??= error
    }
  }
  throw first
}

/** Parses JSON, with comments and trailing commas as many tools accept them. @throws SyntaxError if it is none */
export function parseJson(text: string): Node {
  return parseExpression(text.replace(/^\uFEFF/, ' '), { errorRecovery: true, attachComment: false })
}
