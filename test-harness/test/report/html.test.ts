import { describe, expect, test } from 'vitest'
import { renderHtml } from '../../src/report/html.ts'
import { large, OLDEST, pages, small } from './pages.ts'
import { HOSTILE } from './results.ts'

describe('renderHtml', () => {
  test('page → one document that forbids every request', () => {
    expect(pages.small).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/,
    )
    expect(pages.small.match(/<script|<style/g)).toHaveLength(3)
    const named = /\bhttps?:\/\/(?!www\.w3\.org\/)|<link(?! rel="icon" href="data:,")|@import|url\(/
    expect(named.exec(pages.small)).toBe(null)
  })

  test('hostile data → no markup', () => {
    const { runs, ...rest } = small
    const hostile = renderHtml({ ...rest, runs: runs.map((run) => ({ ...run, adapter: HOSTILE })) })
    expect(hostile.includes('<img')).toBe(false)
    expect(hostile.match(/<script|<style/g)).toHaveLength(3)
  })

  test('no scripts → the counts are shown', () => {
    expect(pages.small).toContain(`<li>poor client on ${OLDEST}: 1 weaker, 1 equal</li>`)
  })

  test('ten adapters on two servers, all cells → below two megabytes', () => {
    expect(large.runs.flatMap(({ results }) => results).length).toBeGreaterThan(16_000)
    expect(pages.large.length).toBeLessThan(2_000_000)
  })
})
