import type { Kind } from '../kind.ts'
import { awsAlternatingUsers, awsSingleUser, awsSingleUserWindow, awsStageFirst } from './aws.ts'
import { caRollover, clientCertificateRollover } from './certificates.ts'
import { hurriedFile, hurriedFileFirst, passwordFile, passwordFileFirst } from './file.ts'
import { hurriedErrors, hurriedSlow, hurriedSlowThrottled, hurriedThrottled } from './hurried.ts'
import { storeErrors, storeOutage, storeSlow, storeThrottled } from './store-failures.ts'
import { vaultDynamicRole, vaultRevocation, vaultStaticRole } from './vault.ts'

/** Every kind of rotation and of store failure. */
export const KINDS: readonly Kind[] = [
  awsSingleUser,
  awsSingleUserWindow,
  awsStageFirst,
  awsAlternatingUsers,
  vaultDynamicRole,
  vaultStaticRole,
  vaultRevocation,
  passwordFile,
  passwordFileFirst,
  caRollover,
  clientCertificateRollover,
  storeOutage,
  storeSlow,
  storeErrors,
  storeThrottled,
  hurriedSlow,
  hurriedThrottled,
  hurriedSlowThrottled,
  hurriedErrors,
  hurriedFile,
  hurriedFileFirst,
]
