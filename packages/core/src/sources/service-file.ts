import { join } from 'node:path'
import { recognized } from '../parameters/unknown-parameter.ts'
import type { Environment } from '../system/environment.ts'
import { readText } from '../system/text-file.ts'
import { printable } from '../text/printable.ts'
import { quote } from '../text/quote.ts'
import type { Sourced } from '../text/sourced.ts'
import type { Layer } from './layer.ts'
import { LayerDraft } from './layer-draft.ts'

/**
 * Reads the connection service `service` from `PGSERVICEFILE` or `~/.pg_service.conf`, else from `pg_service.conf` in
 * `PGSYSCONFDIR`, as libpq does.
 *
 * Unlike libpq, it has no compiled-in system directory and no LDAP look-up.
 */
export function readService(service: Sourced, { variables, home }: Environment): Layer {
  const draft = new LayerDraft('service file')
  const own = variables.PGSERVICEFILE || (home && join(home, '.pg_service.conf'))
  const system = variables.PGSYSCONFDIR && join(variables.PGSYSCONFDIR, 'pg_service.conf')
  for (const path of [own, system]) {
    if (!path) continue
    const read = readText(path)
    if ('value' in read) {
      if (parseServiceFile(read.value, service.value, path, draft)) return draft
    } else if (path === variables.PGSERVICEFILE || !read.missing) {
      draft.problem('service', `service file ${quote(path)} ${read.reason}`)
      return draft
    }
  }
  const sought = [own, system].filter(Boolean).map((path) => quote(String(path)))
  const where = sought.length > 0 ? sought.join(' or ') : 'any file: neither PGSERVICEFILE nor PGSYSCONFDIR is set'
  draft.problem(
    'service',
    `definition of service ${quote(service.value)} (from ${service.source}) not found in ${where}`,
  )
  return draft
}

/** Reads the section of `service` into the draft; false if there is none. Of equal keys the first wins, as in libpq. */
export function parseServiceFile(text: string, service: string, path: string, draft: LayerDraft): boolean {
  const source = `service ${printable(service, 60)} in ${printable(path)}`
  const seen = new Set<string>()
  let inside = false
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('[')) {
      if (inside) break
      inside = line.startsWith(`[${service}]`)
    } else if (inside) {
      readLine(line, index + 1)
    }
  }
  return inside

  function readLine(line: string, number: number): void {
    const where = `service file ${quote(path)}, line ${number}`
    const equals = line.indexOf('=')
    const key = line.slice(0, Math.max(equals, 0))
    if (equals < 0) {
      draft.problem('service', `syntax error in ${where}: a "=" is missing`)
    } else if (key === 'service') {
      draft.problem('service', `nested service specifications are not supported in ${where}`)
    } else if (!seen.has(key) && !draft.setNamed(key, line.slice(equals + 1), source)) {
      const hint = recognized(key, where) ?? `syntax error in ${where}: there is no such parameter`
      draft.problem('service', hint)
    }
    seen.add(key)
  }
}
