/** Returns a PEM text without some of the first characters of its content, whatever they are. */
export function damaged(pem: string): string {
  return pem.replace(/(?<=-----\s)(.{4}).{20}/, '$1')
}
