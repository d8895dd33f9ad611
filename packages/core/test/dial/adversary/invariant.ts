import type { Sent, Story } from './story.ts'

/** A rule for every run, stated by its name. */
export type Invariant = (story: Story) => boolean

/** Messages with the password, an equivalent of it, or a proof of it. */
function isSecret({ message }: Sent): boolean {
  return message.kind === 'PasswordMessage' || message.kind === 'SASLResponse'
}

/** Responses to authentication requests, including SCRAM's first one, which has no secret. */
export function isAnswer(sent: Sent): boolean {
  return isSecret(sent) || sent.message.kind === 'SASLInitialResponse'
}
