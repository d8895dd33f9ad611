/** Address and login of Vault or OpenBao. */
export interface VaultSettings {
  /** Address of the store. Default: `VAULT_ADDR`. Plain http is accepted on this machine only. */
  readonly address?: string
  /** Namespace. Default: `VAULT_NAMESPACE`. */
  readonly namespace?: string
  /** PEM text of the CA of the store, or a path to it. Default: `VAULT_CACERT`, else the roots of Node. */
  readonly ca?: string
  /**
   * Login. Default: the one in the variables: `VAULT_TOKEN`, `VAULT_ROLE_ID` with `VAULT_SECRET_ID`, `VAULT_K8S_ROLE` …
   */
  readonly auth?: VaultAuth
  /** Limit of one answer of the store, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** A client of node-vault to use; `address`, `namespace`, `ca` and `timeoutMs` are then ignored. */
  readonly client?: VaultClient
}

/** The kinds of the settings common to all engines. */
export const VAULT_KINDS = {
  address: 'text',
  namespace: 'text',
  ca: 'text',
  auth: 'object',
  timeoutMs: 'number',
  client: 'any',
} as const

/** A text, or the file that contains it, which is read again at each login. */
export type TextOrFile = string | { readonly file: string }

/** The auth method with its parameters. `mount` is its path, by default its name. */
export type VaultAuth =
  | { readonly method: 'token'; readonly token: TextOrFile }
  | {
      readonly method: 'approle'
      readonly roleId: TextOrFile
      readonly secretId?: TextOrFile
      /** A response-wrapping token that contains the secret id; it is used once, and its origin is checked. */
      readonly wrappedSecretId?: TextOrFile
      /** Name of the role for which a wrapped secret id must have been made. Default: any role of the mount. */
      readonly role?: string
      readonly mount?: string
    }
  /** `jwt` is the token of the pod's service account by default. */
  | { readonly method: 'kubernetes'; readonly role: string; readonly jwt?: TextOrFile; readonly mount?: string }
  | { readonly method: 'jwt'; readonly role: string; readonly jwt: TextOrFile; readonly mount?: string }

/** Settings of Vault without open values. */
export type ResolvedVault = VaultSettings & { readonly auth: VaultAuth }

/** The used parts of a client of node-vault. */
export interface VaultClient {
  read(path: string, options?: object): Promise<VaultAnswer>
  write(path: string, data: object, options?: object): Promise<VaultAnswer>
}

/** An answer of Vault. */
export interface VaultAnswer {
  /** Fields of a secret, or the engine's answer. */
  readonly data?: Readonly<Record<string, unknown>> | null
  /** Id of the lease; absent or empty without one. */
  readonly lease_id?: string
  /** Length of the lease, in seconds. */
  readonly lease_duration?: number
  /** True if the lease can be renewed. */
  readonly renewable?: boolean
  /** Token of a login, with its life in seconds. */
  readonly auth?: {
    readonly client_token: string
    readonly lease_duration: number
    readonly renewable: boolean
  } | null
}
