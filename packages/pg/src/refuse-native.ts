import { ConfigurationError, problemWith } from '@verifull/core/adapter'

// pg reads the variable when it is loaded, so that this has to come first. Older versions take the empty string for
// true.
if (process.env.NODE_PG_FORCE_NATIVE !== undefined) {
  throw new ConfigurationError([
    problemWith(
      'NODE_PG_FORCE_NATIVE',
      'NODE_PG_FORCE_NATIVE makes pg load pg-native, which ignores TLS settings and may connect unverified; unset it',
    ),
  ])
}
