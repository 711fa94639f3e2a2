/** Longer texts are searched by their beginning. */
const searchedLength = 32_768

const ascii = /^[\0-\x7f]*$/

/**
 * A text as search compares it: its words in lower case and without accents, a space between. Both databases are given
 * words, so that they agree on what one is.
 */
function normaliseText(text: string): string {
  const part = text.length > searchedLength ? text.slice(0, searchedLength) : text
  if (ascii.test(part)) return part.toLowerCase().replace(/[^a-z0-9]+/g, ' ')
  return part
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
}

/** The words of a text; one that is longer than any that people write is none. */
export function wordsOf(text: string): string[] {
  return normaliseText(text)
    .split(' ')
    .filter((word) => word !== '' && word.length <= longestWord)
}

const longestWord = 200

/**
 * A fact as one word that no text holds: `issue label:good first issue`. What is no letter or digit becomes a character
 * of Unicode's private use area, which texts lose.
 */
export function factWord(fact: string): string {
  return fact
    .toLowerCase()
    .slice(0, 200)
    .replace(/[\0-\x2f\x3a-\x60\x7b-\x7f]/g, (character) =>
      String.fromCharCode(0xe000 + character.charCodeAt(0)),
    )
}
