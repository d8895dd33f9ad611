import { judgedText } from './scan/judged.ts'
import type { ScanRuleId } from './scan/rules.ts'

/** Rules of `scan` that are about secrets. */
const OF_SECRETS: readonly ScanRuleId[] = ['secret-in-url', 'secret-in-source']

/** The part of secretlint's types that the rule uses; secretlint itself is not needed to load it. */
interface Context {
  createTranslator(
    messages: Readonly<Record<string, unknown>>,
    options: { readonly defaultLocale: string },
  ): (id: string, values: { readonly message: string }) => unknown
  report(found: { readonly message: unknown; readonly range: readonly [number, number] }): void
}

const messages = { SECRET: { en: ({ message }: { readonly message: string }) => message } }

/**
 * The rule of secretlint for passwords of PostgreSQL in URLs and source: `{ "id": "verifull/secretlint" }` among the
 * `rules` of `.secretlintrc.json`.
 */
export const creator = {
  messages,
  meta: { id: 'verifull/secretlint', recommended: false, type: 'scanner', supportedContentTypes: ['text'] },
  create(context: Context) {
    const translated = context.createTranslator(messages, { defaultLocale: 'en' })
    return {
      file({ content, filePath }: { readonly content: string; readonly filePath: string }) {
        for (const { rule, message, start, end } of judgedText(content, filePath)) {
          if (!OF_SECRETS.includes(rule)) continue
          context.report({ message: translated('SECRET', { message }), range: [start, end] })
        }
      },
    }
  },
} as const
