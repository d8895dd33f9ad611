/** How to reach Vault or OpenBao, and as whom. */
export interface VaultSettings {
  /** Default: `VAULT_ADDR`. Plain http is accepted on this machine only. */
  readonly address?: string
  /** Default: `VAULT_NAMESPACE`. */
  readonly namespace?: string
  /** PEM text of the CA of the store, or a path to it. Default: `VAULT_CACERT`, else the roots of Node. */
  readonly ca?: string
  /** Default: what the variables say: `VAULT_TOKEN`, `VAULT_TOKEN_FILE`, `VAULT_ROLE_ID` with `VAULT_SECRET_ID` … */
  readonly auth?: VaultAuth
  /** How long the store may take for one answer, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** A client of node-vault of your own; `address`, `namespace` and `ca` are then its affair. */
  readonly client?: VaultClient
}

/** Who asks. `mount` is the path of the auth method, by default its name. */
export type VaultAuth =
  | { readonly method: 'token'; readonly token: string }
  /** Read again whenever it is needed, as an agent replaces it. */
  | { readonly method: 'token-file'; readonly path: string }
  | {
      readonly method: 'approle'
      readonly roleId: string
      readonly secretId?: string
      /** A response-wrapping token with the secret id in it; it is used once, and its origin is checked. */
      readonly wrappedSecretId?: string
      /** The name of the role, which a wrapped secret id must have been made for. */
      readonly role?: string
      readonly mount?: string
    }
  /** `tokenFile` is by default the projected token of the pod's service account. */
  | { readonly method: 'kubernetes'; readonly role: string; readonly tokenFile?: string; readonly mount?: string }
  | {
      readonly method: 'jwt'
      readonly role: string
      readonly jwt?: string
      readonly jwtFile?: string
      readonly mount?: string
    }

/** What is used of a client of node-vault. */
export interface VaultClient {
  token?: string
  read(path: string, options?: object): Promise<VaultAnswer>
  write(path: string, data: object, options?: object): Promise<VaultAnswer>
}

/** An answer of Vault's. */
export interface VaultAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly lease_id?: string
  readonly lease_duration?: number
  readonly renewable?: boolean
  readonly auth?: { readonly client_token: string; readonly lease_duration: number; readonly renewable: boolean }
  readonly wrap_info?: object
}
