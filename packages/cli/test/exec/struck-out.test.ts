import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strikingOut } from '../../src/exec/struck-out.ts'

const SECRET = "pa+s/w'rd ünï&"

function passed(chunks: readonly Buffer[], secrets: readonly string[]): Promise<Buffer> {
  return buffer(Readable.from(chunks).pipe(strikingOut(secrets)))
}

test.each([
  ['as it is', SECRET],
  ['percent-encoded', encodeURIComponent(SECRET)],
  ['percent-encoded in lower case', encodeURIComponent(SECRET).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())],
  ['in Base64', Buffer.from(SECRET).toString('base64')],
  ['in Base64 for URLs', Buffer.from(SECRET).toString('base64url')],
  ['in JSON', JSON.stringify('pa"ss\\wörd')],
])('output: the secret %s, in any pieces → as many asterisks, all other bytes unchanged', async (_how, form) => {
  const secrets = [SECRET, 'pa"ss\\wörd']
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), fc.array(fc.nat({ max: 200 })), async (before, after, cuts) => {
      const whole = Buffer.concat([before, Buffer.from(form), after])
      const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
      const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end))
      const out = await passed(chunks, secrets)
      expect(out.length).toBe(whole.length)
      expect(out.includes(Buffer.from(SECRET))).toBe(false)
      expect(out.subarray(0, before.length).equals(before)).toBe(true)
      expect(out.subarray(whole.length - after.length).equals(after)).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('output: the secret in Base64 at any place of a longer text → no three of its bytes can be read', async () => {
  for (const before of ['', 'u', 'ap', 'app', 'user']) {
    for (const after of ['', '\n', '}}', '   ']) {
      const text = Buffer.from(`${before}${SECRET}${after}`).toString('base64')
      const out = Buffer.from(String(await passed([Buffer.from(text)], [SECRET])).replaceAll('*', 'A'), 'base64')
      const bytes = Buffer.from(SECRET)
      for (let at = 0; at + 3 <= bytes.length; at++) expect(out.includes(bytes.subarray(at, at + 3))).toBe(false)
    }
  }
})

test('output: no secret in it → every byte as it was, at the end at the latest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
      const out = await passed(chunks.map(Buffer.from), ['zzzz-not-there'])
      expect(out.equals(Buffer.concat(chunks))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('output: a secret of three characters → not struck out, because ordinary words have it', async () => {
  expect(String(await passed([Buffer.from('cat, concatenate')], ['cat']))).toBe('cat, concatenate')
})
