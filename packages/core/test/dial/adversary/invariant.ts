import type { Sent, Story } from './story.ts'

/** Something that holds of every run; its name says what. */
export type Invariant = (story: Story) => boolean

/** The messages that carry the password, something as good as it, or a proof of it. */
function isSecret({ message }: Sent): boolean {
  return message.kind === 'PasswordMessage' || message.kind === 'SASLResponse'
}

/** The messages that answer an authentication request, the harmless first one of SCRAM included. */
export function isAnswer(sent: Sent): boolean {
  return isSecret(sent) || sent.message.kind === 'SASLInitialResponse'
}
