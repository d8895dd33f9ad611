import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { ChaosRun } from '../chaos/run.ts'
import type { RehearsalRun } from '../rehearsal/result.ts'
import { markupText } from './markup-text.ts'
import type { ConformanceReport, ConformanceRun } from './report.ts'
import { tally } from './verdicts.ts'

/**
 * Renders a report as one self-contained HTML page: adapters and servers against requirements, with filters. Each cell
 * opens its settings, the client's messages and the server's view.
 *
 * The page makes no network request, and its Content-Security-Policy forbids them.
 *
 * @example
 * writeFileSync('conformance.html', renderHtml(report))
 */
export function renderHtml(report: ConformanceReport): string {
  const script = part('main.js')
  const style = part('style.css')
  const policy = [
    `default-src 'none'`,
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>PostgreSQL connection conformance</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"><noscript>${withoutScript(report)}</noscript></div>
<script type="application/gzip" id="report">${packed(report)}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

/** The report compressed, because results repeat, and in base64, which cannot contain the element's end tag. */
function packed(report: ConformanceReport): string {
  return gzipSync(JSON.stringify(report), { level: 9 }).toString('base64')
}

function withoutScript({ runs, rehearsals = [], chaos }: ConformanceReport): string {
  const line = (run: ConformanceRun): string => {
    const counts = tally(run.results).map(({ verdict, count }) => `${count} ${verdict}`)
    return `<li>${markupText(`${run.adapter} on ${run.server}: ${counts.join(', ')}`)}</li>`
  }
  const rehearsed = ({ client, title, failedCheckouts, failedQueries }: RehearsalRun): string =>
    `<li>${markupText(`${client}, ${title}: ${failedCheckouts} failed checkouts, ${failedQueries} failed queries`)}</li>`
  const given = ({ client, title, failedCheckouts, lost, doubled }: ChaosRun): string =>
    `<li>${markupText(`${client}, ${title}: ${failedCheckouts} failed checkouts, ${lost + doubled} writes lost or doubled`)}</li>`
  const lines = [...runs.map(line), ...rehearsals.map(rehearsed), ...(chaos?.runs ?? []).map(given)]
  return `<h1>PostgreSQL connection conformance</h1><ul>${lines.join('')}</ul><p>The details need JavaScript.</p>`
}

/** The output of the script `bundle` for `page`: the compiled file, also when called from the sources. */
function part(name: string): string {
  const path = join(__dirname, '../../dist/page', name)
  if (!existsSync(path)) throw new Error(`${path} is missing; run "pnpm build" first`)
  return readFileSync(path, 'utf8').trim()
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
