import type { Nodes, Root } from 'hast'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import remarkBreaks from 'remark-breaks'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { type Place, references } from './references.ts'
import { schema } from './schema.ts'

/** Deeper than people write; each level is a call more when it is drawn. */
const DEEPEST = 100
const MOST_NODES = 20_000

/**
 * Reads GitHub's Markdown with the HTML that it lets pass, and links what GitHub links. The answer holds only what
 * `schema` names. Throws when a text is too deep or too much to be drawn, and may take far longer than its length
 * says: it is run where it can be ended.
 */
export function readMarkdown(text: string, place: Place): Root {
  const reader = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkBreaks)
    .use(references, place)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize, schema)
  const tree = reader.runSync(reader.parse(text)) as Root
  refuseTooMuch(tree)
  return tree
}

function refuseTooMuch(root: Root): void {
  let nodes = 0
  let level: Nodes[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length
    if (depth > DEEPEST || nodes > MOST_NODES) throw new Error('too deep, or too much, to be drawn')
    level = level.flatMap((node) => ('children' in node ? (node.children as Nodes[]) : []))
  }
}
