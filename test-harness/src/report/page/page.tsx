import { useMemo } from 'preact/hooks'
import type { ConformanceReport } from '../report.ts'
import { runsOf } from './run.ts'
import { SECTIONS } from './sections.tsx'

/** The whole page: its sections in order. */
export function Page({ report }: { readonly report: ConformanceReport }) {
  const runs = useMemo(() => runsOf(report), [report])
  const sections = SECTIONS.filter(({ has }) => has(report))
  const { id, title } = sections.find(({ id }) => id !== 'overview') ?? { id: 'page', title: 'page' }
  return (
    <>
      <a class="skip" href={`#${id}`}>
        Skip to the {title.toLowerCase()}
      </a>
      <header class="top">
        <h1>PostgreSQL connection conformance</h1>
        <p>
          What each client does, held against libpq and as the server saw it. Made on{' '}
          <time dateTime={report.created}>{dateOf(report.created)}</time>.
        </p>
      </header>
      <main>
        {sections.map(({ id, title, Content }) => (
          <section key={id} id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
            <h2 id={`${id}-title`}>{title}</h2>
            <Content report={report} runs={runs} />
          </section>
        ))}
      </main>
    </>
  )
}

/** Formats a date independent of the reader's time zone. */
function dateOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
