/** What an entry of the index must hold: facts, and words of its text. A store writes it in its database's language. */
export type Match =
  | { all: readonly Match[] }
  | { any: readonly Match[] }
  | { not: Match }
  | { fact: string /** Whether it may go on. */; open?: boolean }
  | {
      /** These words side by side. */
      words: readonly string[]
      in: 'title' | 'body' | 'text'
      /** Whether the last one may go on. */
      open: boolean
    }
