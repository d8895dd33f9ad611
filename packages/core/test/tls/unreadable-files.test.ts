import { mkdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createHierarchy } from '@verifull/test-harness/fixtures'
import { describe, expect, test } from 'vitest'
import { unreadableFiles } from '../unreadable.ts'
import { Folder, load, problemsOf } from './fixture.ts'

const { root, clients, crls } = await createHierarchy()
const folder = new Folder()
const kinds = join(folder.path, 'kinds')
mkdirSync(kinds)
const UNREADABLE = (await unreadableFiles(kinds)).map(([what, path]) => ({ what, path }))
const { certificate, key } = clients.good

describe('a TLS file that is no regular file, or too large, is refused without waiting', () => {
  test.each(UNREADABLE)('sslrootcert $what $path', ({ what, path }) => {
    expect(problemsOf({ sslrootcert: path })).toEqual([
      expect.stringMatching(message(`sslrootcert "${path}" (from PGSSLROOTCERT)`, what)),
    ])
  })

  test.each(UNREADABLE)('sslcrl $what $path', ({ what, path }) => {
    expect(problemsOf({ sslrootcert: root.certificate, sslcrl: path })).toEqual([
      expect.stringMatching(message(`sslcrl "${path}" (from PGSSLCRL)`, what)),
    ])
  })

  test.each(UNREADABLE)('sslcert $what $path', ({ what, path }) => {
    expect(problemsOf({ sslcert: path, sslkey: key })).toEqual([
      expect.stringMatching(message(`sslcert "${path}" (from PGSSLCERT)`, what)),
    ])
  })

  test.each(UNREADABLE)('sslkey $what $path', ({ what, path }) => {
    const [problem, ...more] = problemsOf({ sslcert: certificate, sslkey: path })
    expect([problem, more]).toEqual([expect.stringMatching(/^sslkey .*\(from PGSSLKEY\) /), []])
    expect(problem).toContain(what)
  })

  test.each(UNREADABLE)('SSL_CERT_FILE $what $path', ({ what, path }) => {
    const given = { sslrootcert: 'system', environment: { SSL_CERT_FILE: path } }
    expect(problemsOf(given)).toEqual([expect.stringMatching(message(`SSL_CERT_FILE "${path}"`, what))])
  })

  test.each(['root.crt', 'root.crl', 'postgresql.crt'].flatMap((name) => UNREADABLE.map((one) => ({ ...one, name }))))(
    '~/.postgresql/$name $what $path',
    ({ name, what, path }) => {
      const home = `home of ${name} ${path.replaceAll('/', ' ')}`
      mkdirSync(join(folder.path, home, '.postgresql'), { recursive: true })
      symlinkSync(path, join(folder.path, home, '.postgresql', name))
      const problems = problemsOf({ sslrootcert: '', homeDirectory: join(folder.path, home) })
      expect(problems).toEqual([expect.stringContaining(`${name}" (the default file) ${what}`)])
    },
  )

  test('a list among those of sslcrldir', () => {
    const [pipe] = UNREADABLE
    folder.write('lists/good.crl', crls.empty)
    symlinkSync(pipe?.path ?? '', join(folder.path, 'lists', 'pipe.crl'))
    const given = { sslrootcert: root.certificate, sslcrldir: join(folder.path, 'lists') }
    expect(problemsOf(given)).toEqual([expect.stringContaining(`lists/pipe.crl" is a named pipe (FIFO)`)])
    unlinkSync(join(folder.path, 'lists', 'pipe.crl'))
    mkdirSync(join(folder.path, 'lists', 'folder'))
    expect(problemsOf(given)).toEqual([])
  })

  test.each(UNREADABLE)('one that becomes one that $what → the last good stays', ({ path }) => {
    const sslrootcert = folder.write(`becomes${path.replaceAll('/', ' ')}.pem`, root.certificate)
    const material = load({ sslrootcert })
    unlinkSync(sslrootcert)
    symlinkSync(path, sslrootcert)
    expect(material.current()).toMatchObject({ version: 1, roots: { certificates: [{}] } })
  })
})

function message(name: string, what: string): RegExp {
  const start = `${name} ${what}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${start}.*; give the path of a PEM file or the PEM text itself$`)
}
