/** Text as XML and HTML take it, in content and in quoted attributes; what XML cannot hold at all is made visible. */
export function markupText(text: string): string {
  return text.replace(UNHEARD_OF, visible).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? character)
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** All that XML 1.0 leaves out of its characters: controls, halves of pairs, two that are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNHEARD_OF = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
