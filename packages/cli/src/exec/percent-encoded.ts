/** Percent-encodes every character that may end a part of a URL, those too that `encodeURIComponent` leaves. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
