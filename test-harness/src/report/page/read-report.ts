import type { ConformanceReport } from '../report.ts'

/** Decompresses the report in this page. */
export async function readReport(): Promise<ConformanceReport> {
  const text = document.getElementById('report')?.textContent ?? ''
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}
