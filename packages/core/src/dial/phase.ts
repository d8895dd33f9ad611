/** Progress of a connection; the step after a failure depends on it. */
export type Phase = 'credentials' | 'connect' | 'negotiation' | 'handshake' | 'authentication' | 'session'
