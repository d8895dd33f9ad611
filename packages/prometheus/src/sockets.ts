/** True for a Unix socket, by its address or its folder: nothing of it is in a network. */
export function isSocket({ host, address = host }: { readonly host: string; readonly address?: string }): boolean {
  return /^[/@\0]/.test(address)
}
