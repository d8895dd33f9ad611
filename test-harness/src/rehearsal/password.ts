import { randomBytes } from 'node:crypto'

/** A new random password. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url')
}
