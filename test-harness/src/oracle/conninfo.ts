import type { ConnectRequest } from '../suite/connect-request.ts'

/** One connection string for libpq: the request's URI or conninfo string, overridden by its parameters. */
export function conninfoOf({ parameters, uri }: ConnectRequest): string {
  const entries = Object.entries(parameters)
  if (uri !== undefined && /^postgres(?:ql)?:\/\//.test(uri)) {
    const query = entries.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
    return query === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${query}`
  }
  const own = entries.map(([name, value]) => `${name}='${value.replaceAll(/['\\]/g, '\\$&')}'`).join(' ')
  return uri === undefined ? own : `${uri} ${own}`
}
