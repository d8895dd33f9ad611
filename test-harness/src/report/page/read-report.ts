import type { ConformanceReport } from '../report.ts'

/** The report that this page carries, compressed and in base64. */
export async function readReport(): Promise<ConformanceReport> {
  const text = document.getElementById('report')?.textContent ?? ''
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}
