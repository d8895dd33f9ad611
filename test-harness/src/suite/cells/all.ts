import type { Cell } from '../cell.ts'
import { ALTERNATIVE_NAME_CELLS } from './alternative-names.ts'
import { CERTIFICATE_MODE_CELLS } from './certificate-mode.ts'
import { CHAIN_CELLS } from './chain.ts'
import { CHANNEL_BINDING_CELLS } from './channel-binding.ts'
import { CLIENT_CERTIFICATE_CELLS } from './client-certificate.ts'
import { COMMON_NAME_CELLS } from './common-name.ts'
import { DEADLINE_CELLS } from './deadline.ts'
import { DISHONEST_AUTHENTICATION_CELLS } from './dishonest-authentication.ts'
import { HOST_CELLS } from './hosts.ts'
import { INVALID_SETTING_CELLS } from './invalid-settings.ts'
import { KEY_PERMISSION_CELLS } from './key-permissions.ts'
import { MISBEHAVIOUR_CELLS } from './misbehaviour.ts'
import { MODE_CELLS } from './mode.ts'
import { NEGOTIATION_CELLS } from './negotiation.ts'
import { PASSFILE_CELLS } from './passfile.ts'
import { PASSWORD_CELLS } from './password.ts'
import { REQUIRE_AUTH_CELLS } from './require-auth.ts'
import { REVOCATION_CELLS } from './revocation.ts'
import { SESSION_ATTRIBUTE_CELLS } from './session-attributes.ts'
import { SOCKET_OWNER_CELLS } from './socket-owner.ts'
import { SOURCE_CELLS } from './sources.ts'
import { TLS_VERSION_CELLS } from './tls-versions.ts'
import { URI_CELLS } from './uris.ts'
import { WEAK_KEY_CELLS } from './weak-keys.ts'
import { WILDCARD_CELLS } from './wildcards.ts'

/** Every connect cell, in the order of the requirements. */
export const CELLS: readonly Cell[] = [
  ...MODE_CELLS,
  ...MISBEHAVIOUR_CELLS,
  ...DISHONEST_AUTHENTICATION_CELLS,
  ...ALTERNATIVE_NAME_CELLS,
  ...COMMON_NAME_CELLS,
  ...WILDCARD_CELLS,
  ...CHAIN_CELLS,
  ...REVOCATION_CELLS,
  ...WEAK_KEY_CELLS,
  ...CLIENT_CERTIFICATE_CELLS,
  ...KEY_PERMISSION_CELLS,
  ...CERTIFICATE_MODE_CELLS,
  ...REQUIRE_AUTH_CELLS,
  ...CHANNEL_BINDING_CELLS,
  ...PASSWORD_CELLS,
  ...NEGOTIATION_CELLS,
  ...TLS_VERSION_CELLS,
  ...HOST_CELLS,
  ...SESSION_ATTRIBUTE_CELLS,
  ...SOCKET_OWNER_CELLS,
  ...SOURCE_CELLS,
  ...INVALID_SETTING_CELLS,
  ...URI_CELLS,
  ...PASSFILE_CELLS,
  ...DEADLINE_CELLS,
]
