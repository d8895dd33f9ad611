import { judgedText } from './scan/judged.ts'
import { version } from './version.ts'

/** A place as ESLint counts: lines from 1, columns from 0. */
interface Position {
  readonly line: number
  readonly column: number
}

/** The part of ESLint's context that the rule uses; ESLint itself is not needed to load the plugin. */
interface Context {
  readonly filename: string
  readonly sourceCode: { readonly text: string; getLocFromIndex(index: number): Position }
  report(problem: {
    readonly loc: { readonly start: Position; readonly end: Position }
    readonly message: string
  }): void
}

const insecureConnection = {
  meta: {
    type: 'problem',
    docs: { description: 'insecure settings of PostgreSQL connections, and secrets in source' },
    schema: [],
  },
  create({ filename, sourceCode, report }: Context) {
    return {
      Program() {
        const placeOf = (index: number) => sourceCode.getLocFromIndex(index)
        for (const { message, start, end } of judgedText(sourceCode.text, filename)) {
          report({ loc: { start: placeOf(start), end: placeOf(end) }, message })
        }
      },
    }
  },
} as const

/** Name and version of the plugin. */
export const meta = { name: 'verifull', version: version() }

/** The rules of `npx verifull scan` as one rule of ESLint. */
export const rules = { 'insecure-connection': insecureConnection }

/**
 * Configurations for `eslint.config.js`.
 *
 * @example
 * // eslint.config.js: export default [verifull.configs.recommended]
 * const { configs } = require('verifull/eslint')
 * console.log(configs.recommended.rules) // { 'verifull/insecure-connection': 'error' }
 */
export const configs = {
  recommended: {
    plugins: { verifull: { meta, rules } },
    rules: { 'verifull/insecure-connection': 'error' },
  },
}
