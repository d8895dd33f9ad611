import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderJunit } from '../../src/report/junit.ts'
import { mergeReports } from '../../src/report/merge.ts'
import { conformanceReport } from '../../src/report/report.ts'
import { EQUAL, HOSTILE, largeReport, named, STRICTER, serverOf, WEAKER } from './results.ts'

// libxml2 compiled to WebAssembly is an ES module; the schema is that of Jenkins' xUnit plugin.
type Xml = typeof import('libxml2-wasm')
let xml: Xml
let schema: string
beforeAll(async () => {
  xml = await import('libxml2-wasm')
  schema = await readFile(join(import.meta.dirname, 'junit-10.xsd'), 'utf8')
})

function read(text: string) {
  using schemaDocument = xml.XmlDocument.fromString(schema)
  using validator = xml.XsdValidator.fromDoc(schemaDocument)
  const document = xml.XmlDocument.fromString(text)
  validator.validate(document)
  return {
    attribute: (path: string) => document.get(path)?.content,
    count: (path: string) => document.find(path).length,
  }
}

const reportOf = (...results: (typeof EQUAL)[]) =>
  conformanceReport({ adapter: named('a client 1.2'), world: serverOf('PostgreSQL 18.4'), results })

describe('renderJunit', () => {
  test('every cell on two servers → valid, with a suite per run', () => {
    const large = mergeReports([largeReport('a client', 'PostgreSQL 18'), largeReport('a client', 'PostgreSQL 15')])
    const { attribute, count } = read(renderJunit(large))
    expect(count('/testsuites/testsuite')).toBe(2)
    const cells = large.runs[0]?.results.length
    expect(attribute('/testsuites/testsuite[2]/@name')).toBe('a client on PostgreSQL 15')
    expect(attribute('/testsuites/testsuite[2]/@tests')).toBe(`${cells}`)
    expect(count('//testsuite[2]/testcase')).toBe(cells)
    expect(count('//testsuite[2]//failure')).toBe(Number(attribute('//testsuite[2]/@failures')))
    expect(count('//testsuite[2]//error')).toBe(Number(attribute('//testsuite[2]/@errors')))
    expect(count('//testsuite[2]//skipped')).toBe(Number(attribute('//testsuite[2]/@skipped')))
  })

  test('an equal cell → a passed test, grouped by its requirement', () => {
    const { attribute, count } = read(renderJunit(reportOf(EQUAL)))
    expect(count('//testcase/*')).toBe(0)
    expect(attribute('//testcase/@name')).toBe(
      'VF-MODE-001/good/require: sslmode=require, server takes both, the right root',
    )
    expect(attribute('//testcase/@classname')).toBe('a client 1.2 on PostgreSQL 18.4.VF-MODE-001')
  })

  test('a weaker cell → a failure with libpq’s outcome and the events', () => {
    const { attribute } = read(renderJunit(reportOf({ ...WEAKER, message: 'line one\nline two' })))
    expect(attribute('//failure/@type')).toBe('weaker')
    expect(attribute('//failure/@message')).toBe(
      'weaker: plain in 1 connection, where libpq is refused (no-tls) in 1 connection',
    )
    expect(attribute('//failure')).toContain('\nmessage: line one\nline two\nsuite: PostgreSQL 18.4, role scram_user\n')
  })

  test('a stricter cell → passed, with the difference', () => {
    const { attribute, count } = read(renderJunit(reportOf(STRICTER)))
    expect(count('//failure')).toBe(0)
    expect(attribute('//system-out')).toMatch(/^stricter \(verification-is-final\): refused/)
  })

  test('an unsupported cell → skipped, with the reason; a failed one → an error', () => {
    const { attribute } = read(
      renderJunit(
        reportOf(
          { ...EQUAL, verdict: 'unsupported', message: 'needs crl' },
          { ...EQUAL, verdict: 'failed', message: 'the positive twin failed' },
        ),
      ),
    )
    expect(attribute('//skipped/@message')).toBe('needs crl')
    expect(attribute('//error/@message')).toBe('the positive twin failed')
  })

  test('any text → markup is escaped, characters outside XML are visible', () => {
    const { attribute, count } = read(renderJunit(reportOf({ ...WEAKER, cell: HOSTILE, message: HOSTILE })))
    const shown = HOSTILE.replace('\u0000', '\\u0000').replace('\u001b', '\\u001b').replace('\ud800', '\\ud800')
    expect(attribute('//testcase/@name')).toBe(`VF-MODE-004/good/require: ${shown}`)
    expect(attribute('//failure')).toContain(shown)
    expect(count('//script')).toBe(0)
  })
})
