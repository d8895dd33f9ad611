/** A case in which Verifull is deliberately stricter than libpq. */
export interface Difference {
  /** Stable id. */
  readonly id: DifferenceId
  /** libpq's behaviour. */
  readonly libpq: string
  /** Verifull's behaviour. */
  readonly verifull: string
  /** The reason. */
  readonly why: string
}

/** Names one row of the table in docs/differences.md. */
export type DifferenceId =
  | 'explicit-file'
  | 'root-at-start'
  | 'crl-with-system'
  | 'crl-missing'
  | 'plaintext-password'
  | 'verification-is-final'
  | 'password-is-final'
  | 'system-roots'
  | 'tls-1.2'
  | 'weak-keys'
  | 'unknown-settings'
  | 'socket-owner'
  | 'deadline'
  | 'scram-complete'
  | 'scram-iterations'
  | 'client-encoding'
  | 'default-host'

/** The table of docs/differences.md, as data: each row is named by the cells that show it. */
export const DIFFERENCES: Readonly<Record<DifferenceId, Difference>> = {
  'explicit-file': {
    id: 'explicit-file',
    libpq:
      'connects unverified when a named sslrootcert is missing (require and weaker), without a named sslcert that is missing',
    verifull: 'refuses before it connects, in every mode that may use TLS, naming the file',
    why: 'a typing mistake in a path must not switch verification off',
  },
  'root-at-start': {
    id: 'root-at-start',
    libpq: 'looks for the root certificate of verify-ca when a server has agreed to TLS',
    verifull: 'refuses when the application starts, before it connects',
    why: 'a missing file is found at deployment, not at the first connection',
  },
  'crl-with-system': {
    id: 'crl-with-system',
    libpq: 'ignores sslcrl and sslcrldir with sslrootcert=system',
    verifull: 'checks them',
    why: 'a revocation list that is named is meant to be checked',
  },
  'crl-missing': {
    id: 'crl-missing',
    libpq: 'ignores a named sslcrl that is missing or unparsable, and one without a root',
    verifull: 'refuses before it connects, naming it',
    why: 'a revoked certificate would be accepted in silence',
  },
  'plaintext-password': {
    id: 'plaintext-password',
    libpq: 'sends a cleartext or md5 password over an unencrypted connection when the server asks',
    verifull:
      'refuses, unless the server is on a loopback address, and no tunnel (`hostaddr` under another host), or on a Unix socket; from staging on, one that only some users of the machine could make',
    why: 'anyone on the network can ask for it',
  },
  'verification-is-final': {
    id: 'verification-is-final',
    libpq: 'falls back to plaintext under sslmode=prefer when the certificate, the root or the client key is refused',
    verifull: 'refuses: a failed verification ends the connection',
    why: 'a man in the middle would be rewarded with plaintext',
  },
  'password-is-final': {
    id: 'password-is-final',
    libpq: 'repeats a refused password over a plaintext connection under sslmode=prefer',
    verifull: 'refuses after the first answer',
    why: 'the server has decided; the repetition only exposes the password',
  },
  'system-roots': {
    id: 'system-roots',
    libpq: 'refuses verify-full when no root certificate is configured',
    verifull: "uses the system's trusted roots, as libpq does with sslrootcert=system",
    why: 'verify-full against a public CA needs no file',
  },
  'tls-1.2': {
    id: 'tls-1.2',
    libpq: 'accepts ssl_min_protocol_version and ssl_max_protocol_version below TLSv1.2',
    verifull: 'refuses them',
    why: 'TLS 1.0 and 1.1 are deprecated by RFC 8996',
  },
  'weak-keys': {
    id: 'weak-keys',
    libpq: "accepts what the machine's OpenSSL configuration accepts, RSA keys of 1024 bits included",
    verifull: 'refuses RSA keys below 2048 bits and SHA-1 or MD5 signatures, on every machine, wherever it verifies',
    why: 'NIST SP 800-57 and 800-131A',
  },
  'unknown-settings': {
    id: 'unknown-settings',
    libpq: 'lets the last of two contradicting values win, and ignores what does not concern it',
    verifull: 'refuses unknown and contradicting settings, naming both sources',
    why: 'a setting that is not used is a setting that was believed',
  },
  'socket-owner': {
    id: 'socket-owner',
    libpq: 'compares requirepeer with the user id of the process that listens',
    verifull:
      "compares it with the owner of the socket's file, before and after it is opened, and refuses a way to it that others may change",
    why: 'Node cannot ask the kernel for the peer; the file has the same owner where nobody else can replace it',
  },
  deadline: {
    id: 'deadline',
    libpq: 'waits for ever by default, and takes connect_timeout per address',
    verifull: 'gives up after 10 s in total by default',
    why: 'a pool must not hang on one dead host',
  },
  'scram-complete': {
    id: 'scram-complete',
    libpq: 'accepts AuthenticationOk in the middle of a SCRAM exchange, unless require_auth or channel_binding=require',
    verifull: 'refuses: an exchange that was begun must end with the proof of the server',
    why: 'a server that does not know the password would pass',
  },
  'scram-iterations': {
    id: 'scram-iterations',
    libpq: 'computes as many SCRAM iterations as the server asks for, one or two thousand million',
    verifull: 'refuses more than a million, and fewer than 4096 of a server that is not verified in full',
    why: 'few make the password cheap to guess for an eavesdropper, many keep the process busy for hours (RFC 7677)',
  },
  'client-encoding': {
    id: 'client-encoding',
    libpq:
      'lets client_encoding, or options, name any encoding, and takes that of the role or database where neither does',
    verifull:
      'refuses every other than UTF8 in any source before it connects, and says UTF8 in each session; `auto` is UTF8',
    why: 'drivers for Node read and write UTF8 alone: text in another is corrupted in silence',
  },
  'default-host': {
    id: 'default-host',
    libpq: 'connects to the Unix socket in the folder that it was compiled with where no host is given',
    verifull: 'connects to localhost, over TCP, under the rules for this machine',
    why: 'the folder differs between builds of libpq, and in a shared one others can make the socket first',
  },
}
