import { expect, test } from 'vitest'
import { md5Response } from '../../src/auth/md5.ts'

// The digests are md5sum's.
test.each([
  ['app', 'secret', '01020304', 'md5911f527656472583a006e7727877b33e'],
  ['app', 'pässwörd', '00000000', 'md560570fd361afc7e76dd63f1bedc4d779'],
])('md5: user %s, password %s, salt %s → the digest of md5sum', (user, password, salt, answer) => {
  expect(md5Response(user, password, Buffer.from(salt, 'hex'))).toBe(answer)
})
