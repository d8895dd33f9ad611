import { chainOf, linkText } from '../doctor/chain.ts'
import { surveyLines } from '../doctor/text.ts'
import type { Report, ReportedFinding } from '../report/report.ts'
import type { Style } from '../report/style.ts'
import type { BundleFile } from './bundle-file.ts'
import type { UsedRoot } from './used-root.ts'

/** The report about a bundle, and about a server that is held against it. */
export function caReport(
  command: string,
  bundle: BundleFile | undefined,
  findings: readonly ReportedFinding[],
  used?: UsedRoot,
): Report {
  const links = chainOf(bundle?.certificates ?? [], [])
  const missing = used?.problems.filter(({ unreachable }) => !unreachable) ?? []
  const lost = used?.problems.filter(({ unreachable }) => unreachable) ?? []
  return {
    command,
    findings: [
      ...findings,
      ...missing.map(
        ({ code, what, fix }): ReportedFinding => ({ rule: `error:${code}`, severity: 'refuse', what, fix }),
      ),
    ],
    unchecked: lost.map(({ what, fix }) => ({ what: used?.name ?? '', why: `${what}; fix: ${fix}` })),
    facts: {
      ...(bundle && { bundle: { source: bundle.source, format: bundle.format, certificates: links } }),
      ...(used && { server: used }),
    },
    text: (style) => [...(bundle ? bundleLines(bundle, links, style) : []), ...(used ? surveyLines(used, style) : [])],
  }
}

/** Certificates up to which each has a line for its fingerprint. */
const FEW = 16

function bundleLines(
  { source, format }: BundleFile,
  links: ReturnType<typeof chainOf>,
  style: Style,
): readonly string[] {
  const count = `${links.length} ${links.length === 1 ? 'certificate' : 'certificates'}`
  const width = String(links.length).length
  return [
    ...style.wrap(`${style.strong(source)} · ${format} · ${count}`, '  '),
    ...links.flatMap((link, index) => [
      ...style.wrap(
        `  ${String(index + 1).padStart(width)} ${linkText(link, undefined, style)}`,
        ' '.repeat(width + 5),
      ),
      ...(links.length > FEW
        ? []
        : style.wrap(`  ${' '.repeat(width)} ${style.faint(link.fingerprint256)}`, ' '.repeat(width + 5))),
    ]),
    '',
  ]
}
