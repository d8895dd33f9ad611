import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scoreOf } from './score.ts'

test.each(['tuned', 'held-out', 'blind'] as const)(
  'scan: %s part of the corpus → flaws found, few false alarms',
  async (part) => {
    const folder = mkdtempSync(join(tmpdir(), 'verifull-scan-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))

    const score = await scoreOf(part, folder)

    expect(score.graveFound / score.graveExpected, score.missed.join('\n')).toBeGreaterThanOrEqual(0.95)
    expect(score.found / score.expected, score.missed.join('\n')).toBeGreaterThanOrEqual(0.85)
    expect(score.falseAlarms.length / score.clean, score.falseAlarms.join('\n')).toBeLessThan(0.05)
  },
)
