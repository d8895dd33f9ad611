import { render } from 'preact'
import { Page } from './page.tsx'
import { readReport } from './read-report.ts'

const root = document.getElementById('page')
if (root !== null) {
  const report = await readReport()
  root.replaceChildren()
  render(<Page report={report} />, root)
}
