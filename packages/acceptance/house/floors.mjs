/**
 * The folders of `packages/core/src` from the bottom up: each imports only from those before it. A file outside the
 * folders is a floor of its own.
 */
export const FLOORS = [
  'text', // strings, records and secrets
  'time', // timers, deadlines, back-off
  'errors', // the classes of errors, findings, the check of arguments
  'retry', // work that is run again, and the errors after which that is safe
  'addresses', // names and addresses of hosts, paths of sockets
  'hosts', // providers of PostgreSQL by the names of their hosts
  'system', // the process, its environment and its files
  'x509', // certificates
  'sslmode.ts', // the truth table of sslmode
  'events', // diagnostics channels and warnings
  'wire', // the messages of the protocol
  'auth', // authentication methods
  'credentials', // providers of secrets: the types that users implement, and decorators
  'tls', // trusted roots, client certificate, handshake
  'policy', // rules, and the policies that grade them
  'parameters', // settings that exist: names, values, spellings
  'stores', // AWS and Vault
  'sources', // settings, options, URL, variables and files, each read into a layer
  'merge', // layers merged into the effective values
  'rotation', // the secret for each login, and replacements of rejected ones
  'profile', // everything the dialer needs, resolved and checked
  'endpoints', // the state of each server: breaker, role, choices
  'dial', // hosts, attempts, the authenticated socket
  'checks', // functions that try a connection
  'replicas', // connections for reading: the choice among replicas and primary
  'monitor', // the state of pools, servers, secrets and certificates
  'expose', // the socket on which a process shows its state to its owner
  'index.ts', // what applications use
  'adapter.ts', // what adapters build on
  'diagnostics.ts', // what the command line builds on
]

/** Things that core has once: the file or folder that has each, and patterns that reveal a second one. */
export const ONCE = [
  {
    noun: 'a test for loopback',
    home: 'core/src/addresses/',
    sign: /\b127\b|[=!]==? *'(?:localhost|::1)'|'(?:localhost|::1)' *[=!]==?|(?:includes|has|startsWith|endsWith|test)\('(?:localhost|::1)|\/[^/'"`]*\blocalhost\b[^/'"`]*\/[a-z]*/,
    instead: 'isLoopback or isLoopbackAddress',
  },
  {
    noun: "a reader of the process's variables",
    home: 'core/src/system/',
    sign: /\bprocess\.env\b/,
    instead: 'processVariables or environmentOf',
  },
  {
    noun: 'a reader of files',
    home: 'core/src/system/',
    sign: /\b(?:readFileSync|openSync|createReadStream)\(/,
    instead: 'readRegularFile or readText',
  },
  {
    noun: 'a map that forgets its oldest entry',
    home: 'core/src/time/',
    sign: /\.keys\(\)\.next\(\)|\[oldest\] =/,
    instead: 'RecentMap',
  },
  {
    noun: 'a schedule of refreshes',
    home: 'core/src/time/',
    // A share of a time, at random: refreshes and back-off are spread by it, and nothing else is.
    sign: /\d *\+ *[\d.]+ *\* *Math\.random\(\)|Math\.random\(\) *\* *[\d.]+ *\+ *\d|\d *- *[\d.]+ *\* *Math\.random\(\)/,
    instead: 'Refreshed or backoffMs',
  },
]
