import { basename, extname } from 'node:path'
import type { LineKind } from './lines/judge-lines.ts'

/** The way in which a file is read. */
export type FileKind = 'javascript' | 'json' | LineKind

const BY_EXTENSION: Readonly<Record<string, FileKind>> = {
  '.js': 'javascript',
  '.cjs': 'javascript',
  '.mjs': 'javascript',
  '.jsx': 'javascript',
  '.ts': 'javascript',
  '.cts': 'javascript',
  '.mts': 'javascript',
  '.tsx': 'javascript',
  '.json': 'json',
  '.jsonc': 'json',
  '.json5': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.tpl': 'yaml',
  '.toml': 'toml',
  '.tf': 'terraform',
  '.tfvars': 'terraform',
  '.hcl': 'terraform',
  '.sh': 'shell',
  '.bash': 'shell',
  '.zsh': 'shell',
  '.prisma': 'prisma',
  '.env': 'env',
  '.envrc': 'env',
  '.ini': 'ini',
  '.conf': 'ini',
  '.cfg': 'ini',
  '.properties': 'ini',
  '.service': 'ini',
  '.dockerfile': 'dockerfile',
}

/** The kind of a file by its name; undefined for one that is not read. */
export function kindOf(path: string): FileKind | undefined {
  const name = basename(path)
  if (isEnvFile(name)) return 'env'
  if (/^(Dockerfile|Containerfile)(\.|$)/i.test(name)) return 'dockerfile'
  if (/^pg_hba(\.conf)?/.test(name)) return 'hba'
  if (/^(Procfile|Makefile|justfile)$/.test(name)) return 'shell'
  if (/^(\.pg_service\.conf|pg_service\.conf|\.npmrc)$/.test(name)) return 'ini'
  if (/^\.(sequelizerc|babelrc)$/.test(name)) return 'javascript'
  return BY_EXTENSION[extname(name).toLowerCase()]
}

/** True for `.env`, `.env.production`, `app.env` and the like. */
export function isEnvFile(path: string): boolean {
  return /^\.env(rc)?([._-].*)?$|\.env$/.test(basename(path))
}

/** True for the example of a `.env` file, which holds no secrets. */
export function isEnvExample(path: string): boolean {
  return /example|sample|template|dist$|defaults?$|schema/i.test(basename(path))
}
