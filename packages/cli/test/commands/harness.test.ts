import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifull } from '../run.ts'

const PROGRAM = join(import.meta.dirname, '../../bin/verifull.js')

const folder = mkdtempSync(join(tmpdir(), 'verifull-project-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A project with a harness of its own, whose program prints its words and ends as they say. */
beforeAll(() => {
  const home = join(folder, 'node_modules/@verifull/test-harness')
  mkdirSync(join(home, 'dist'), { recursive: true })
  const bin = { 'verifull-conformance': 'program.js' }
  writeFileSync(join(home, 'package.json'), JSON.stringify({ main: 'dist/index.js', exports: './dist/index.js', bin }))
  writeFileSync(join(home, 'dist/index.js'), '')
  const program = `const [, , ...words] = process.argv
console.log(JSON.stringify([words, process.cwd()]))
if (words.includes('killed')) process.kill(process.pid, 'SIGKILL')
process.exitCode = 7`
  writeFileSync(join(home, 'program.js'), program)
})

function conformance(...words: string[]) {
  return spawnSync(process.execPath, [PROGRAM, 'conformance', ...words], { cwd: folder, encoding: 'utf8' })
}

test('conformance: the harness of the project → gets all words as they are, and gives the exit code', () => {
  const { status, stdout } = conformance('--adapter', './a.js', '--postgres', '18', 'x y')
  expect(JSON.parse(stdout)).toEqual([['--adapter', './a.js', '--postgres', '18', 'x y'], folder])
  expect(status).toBe(7)
  expect(JSON.parse(conformance('--', '--help').stdout)[0]).toEqual(['--help'])
})

test('conformance: a program that is killed → 128 and the number of the signal', () => {
  expect(conformance('killed').status).toBe(137)
})

test('conformance: no harness → exit code 2, and the package to install', () => {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'conformance'], {
    cwd: tmpdir(),
    env: {},
    encoding: 'utf8',
  })
  expect(status).toBe(2)
  expect(stderr).toContain('npm install --save-dev @verifull/test-harness')
})

test('rehearsal: a harness without that program → exit code 2, and a newer one to install', async () => {
  const { code, stderr } = await verifull(['rehearsal'], { folder })
  expect(code).toBe(2)
  expect(stderr).toContain('has no program verifull-rehearsal; install a newer one')
})

test('chaos: the real harness → its list of faults', () => {
  const { stdout, status } = spawnSync(process.execPath, [PROGRAM, 'chaos', '--list'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  })
  expect(stdout).toMatch(/^promotion {2}the primary crashes/)
  expect(status).toBe(0)
})

test('conformance: the real harness → its list of requirements', () => {
  const { stdout, status } = spawnSync(process.execPath, [PROGRAM, 'conformance', '--list'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  })
  expect(stdout).toContain('VF-MODE-001')
  expect(status).toBe(0)
})
