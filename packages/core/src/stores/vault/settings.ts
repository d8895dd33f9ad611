/** How to reach Vault or OpenBao, and as whom. */
export interface VaultSettings {
  /** Default: `VAULT_ADDR`. Plain http is accepted on this machine only. */
  readonly address?: string
  /** Default: `VAULT_NAMESPACE`. */
  readonly namespace?: string
  /** PEM text of the CA of the store, or a path to it. Default: `VAULT_CACERT`, else the roots of Node. */
  readonly ca?: string
  /** Default: what the variables say: `VAULT_TOKEN`, `VAULT_ROLE_ID` with `VAULT_SECRET_ID`, `VAULT_K8S_ROLE` … */
  readonly auth?: VaultAuth
  /** How long the store may take for one answer, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** A client of node-vault of your own; `address`, `namespace`, `ca` and `timeoutMs` are then its affair. */
  readonly client?: VaultClient
}

/** What the settings that every engine has may be. */
export const VAULT_KINDS = {
  address: 'text',
  namespace: 'text',
  ca: 'text',
  auth: 'object',
  timeoutMs: 'number',
  client: 'any',
} as const

/** The text itself, or the file that has it; the file is read again at each login. */
export type TextOrFile = string | { readonly file: string }

/** Who asks. `mount` is the path of the auth method, by default its name. */
export type VaultAuth =
  | { readonly method: 'token'; readonly token: TextOrFile }
  | {
      readonly method: 'approle'
      readonly roleId: TextOrFile
      readonly secretId?: TextOrFile
      /** A response-wrapping token with the secret id in it; it is used once, and its origin is checked. */
      readonly wrappedSecretId?: TextOrFile
      /** The name of the role, for which a wrapped secret id must have been made. Default: any role of the mount. */
      readonly role?: string
      readonly mount?: string
    }
  /** `jwt` is by default the token of the pod's service account. */
  | { readonly method: 'kubernetes'; readonly role: string; readonly jwt?: TextOrFile; readonly mount?: string }
  | { readonly method: 'jwt'; readonly role: string; readonly jwt: TextOrFile; readonly mount?: string }

/** Settings of Vault in which nothing is left open. */
export type ResolvedVault = VaultSettings & { readonly auth: VaultAuth }

/** What is used of a client of node-vault. */
export interface VaultClient {
  read(path: string, options?: object): Promise<VaultAnswer>
  write(path: string, data: object, options?: object): Promise<VaultAnswer>
}

/** An answer of Vault's. */
export interface VaultAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly lease_id?: string
  readonly lease_duration?: number
  readonly renewable?: boolean
  readonly auth?: {
    readonly client_token: string
    readonly lease_duration: number
    readonly renewable: boolean
  } | null
}
