import type { Refusal, RefusalReason } from '../suite/refusal.ts'

/**
 * Classifies a message of libpq 14 to 18 as a reason.
 *
 * libpq appends one message per attempt: the last one is the reason, the others are `earlier`.
 *
 * @example
 * refusalOfLibpq('server does not support SSL, but SSL was required').reason // 'no-tls'
 */
export function refusalOfLibpq(message: string): Refusal {
  const [before = '', ...attempts] = message.split(ATTEMPT)
  const reasons = (attempts.length === 0 ? [before] : attempts).map(reasonOf)
  const reason = reasons.pop() ?? 'unknown'
  return reasons.length === 0 ? { reason, message } : { reason, earlier: reasons, message }
}

const ATTEMPT = /connection to server (?:at|on socket) .*? failed: /

function reasonOf(text: string): RefusalReason {
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown'
}

/** The first match wins, so specific patterns precede general ones. */
const TEXTS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/timeout expired/, 'timeout'],
  [/root certificate file ".*" does not exist|to locate root certificate file/, 'no-root'],
  [/could not read root certificate file|could not load system root certificate/, 'bad-root'],
  [/does not match host name|host name must be specified for a verified/, 'name'],
  [
    /could not get server's host name|certificate's name (?:entry )?is missing|embedded null|IP address with invalid length/,
    'name',
  ],
  [/server does not support SSL, but SSL was required/, 'no-tls'],
  [/private key file ".*" has group or world access|must be owned by/, 'key-permissions'],
  [/requirepeer specifies|could not get peer credentials/, 'peer'],
  [/server offered SCRAM-SHA-256-PLUS authentication over a non-SSL connection/, 'channel-binding'],
  [/channel binding/i, 'channel-binding'],
  [/did not request an SSL certificate|without a valid SSL certificate/, 'client-certificate'],
  [/authentication method requirement|server did not complete authentication|duplicate SASL/, 'auth-method'],
  [/authentication method \d+ not supported|SASL authentication mechanisms (?:are )?(?:not )?supported/, 'auth-method'],
  [
    /could not (?:read|open) certificate file|private key file|could not load (?:SSL )?certificate/,
    'client-certificate',
  ],
  [/alert (?:unknown ca|certificate|bad certificate|unsupported certificate|access denied)/, 'client-certificate'],
  [/certificate verify failed|self.signed certificate|ee key too small|ca (?:key|md) too/i, 'verify'],
  [/received unencrypted data after|received invalid response to (?:SSL|GSSAPI) negotiation/, 'protocol'],
  [/server sent an error response during SSL exchange|error response during SSL/, 'protocol'],
  [/expected authentication request|lost synchronization|invalid authentication request/, 'protocol'],
  [/unexpected message from server|message contents do not agree|malformed SCRAM|invalid SCRAM/, 'protocol'],
  [/incorrect server signature|invalid server signature|nonce|in SCRAM exchange/, 'protocol'],
  [/no pg_hba\.conf entry|pg_hba\.conf rejects|ertificate authentication failed|not permitted to log in/, 'hba'],
  [/requires a valid client certificate|[Pp]eer authentication failed|role ".*" does not exist/, 'hba'],
  [/password authentication failed|no password supplied|empty password/, 'password'],
  [/session is (?:not )?read-only|server is (?:not )?in hot standby mode/, 'session-attributes'],
  [/FATAL: |ERROR: /, 'server'],
  [/SSL SYSCALL error: (?:EOF|Connection reset|Broken pipe|Success)|unexpected eof while reading/, 'network'],
  [
    /server closed the connection|closed unexpectedly|could not translate host name|Connection re(?:fused|set)/,
    'network',
  ],
  [/could not (?:receive|send) data|Is the server running|No such file or directory|Network is unreachable/, 'network'],
  [/SSL error|SSL SYSCALL|ALPN|could not establish SSL connection/, 'tls'],
  [
    /invalid|unrecognized|weak sslmode|could not match|could not parse|missing|not found|syntax error|may not be/,
    'config',
  ],
  [
    /extra key\/value separator|does not support|unterminated|nested service|duplicate|more than once|mixture of|cannot be/,
    'config',
  ],
]
