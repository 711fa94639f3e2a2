import { Fragment, type ReactNode } from 'react'
import styles from './prose.module.css'

/**
 * What people wrote on GitHub, drawn as elements and never as HTML: paragraphs, headings, lists, quotes, code, links,
 * emphasis and mentions of Markdown; HTML comments are left out, everything else stays the text that it is.
 */
export function Prose({ text }: { text: string | null }) {
  if (!text?.trim()) return <p className={styles.nothing}>No description provided.</p>
  return <div className={styles.prose}>{readBlocks(text).map(renderBlock)}</div>
}

type Block =
  | { kind: 'code'; text: string }
  | { kind: 'heading' | 'paragraph' | 'quote'; text: string }
  | { kind: 'list'; ordered: boolean; items: { text: string; checked: boolean | null }[] }
  | { kind: 'rule' }

/** Splits text into blocks, line by line. */
function readBlocks(text: string): Block[] {
  const blocks: Block[] = []
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  let fresh = true
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const last = blocks.at(-1)
    const fence = /^\s*(```+|~~~+)/.exec(line)?.[1]
    if (fence) {
      const end = lines.findIndex((other, at) => at > i && other.trim().startsWith(fence))
      const stop = end < 0 ? lines.length : end
      blocks.push({ kind: 'code', text: lines.slice(i + 1, stop).join('\n') })
      i = stop
      fresh = true
      continue
    }
    if (line.trimStart().startsWith('<!--')) {
      const end = lines.findIndex((other, at) => at >= i && other.includes('-->'))
      i = end < 0 ? lines.length : end
      fresh = true
      continue
    }
    if (!line.trim()) {
      fresh = true
      continue
    }
    const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1]
    const quote = /^>\s?(.*)$/.exec(line)?.[1]
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/.exec(line)
    if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) blocks.push({ kind: 'rule' })
    else if (heading !== undefined) blocks.push({ kind: 'heading', text: heading })
    else if (quote !== undefined) {
      if (last?.kind === 'quote' && !fresh) last.text += `\n${quote}`
      else blocks.push({ kind: 'quote', text: quote })
    } else if (item) {
      const ordered = item[1] !== undefined
      const entry = { text: item[3]!, checked: item[2] === undefined ? null : item[2] !== ' ' }
      if (last?.kind === 'list' && last.ordered === ordered) last.items.push(entry)
      else blocks.push({ kind: 'list', ordered, items: [entry] })
    } else if (last?.kind === 'paragraph' && !fresh) last.text += `\n${line}`
    else if (last?.kind === 'list' && !fresh) last.items.at(-1)!.text += ` ${line.trim()}`
    else blocks.push({ kind: 'paragraph', text: line })
    fresh = false
  }
  return blocks
}

function renderBlock(block: Block, index: number): ReactNode {
  switch (block.kind) {
    case 'code':
      return (
        <pre key={index} className={styles.code}>
          <code>{block.text}</code>
        </pre>
      )
    case 'heading':
      return (
        <h3 key={index} className={styles.heading}>
          {renderInline(block.text)}
        </h3>
      )
    case 'quote':
      return <blockquote key={index}>{renderInline(block.text)}</blockquote>
    case 'rule':
      return <hr key={index} />
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      return (
        <List key={index}>
          {block.items.map((item, at) => (
            // A text's items never move.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={at} className={item.checked === null ? undefined : styles.task}>
              {item.checked !== null && (
                <input type="checkbox" checked={item.checked} disabled aria-label={item.text} />
              )}
              {renderInline(item.text)}
            </li>
          ))}
        </List>
      )
    }
    case 'paragraph':
      return <p key={index}>{renderInline(block.text)}</p>
    default:
      return block satisfies never
  }
}

const inline =
  /(`+)(?<code>.+?)\1|\[(?<label>[^\]\n]+)\]\((?<href>https?:\/\/[^\s)]+)\)|(?<url>https?:\/\/[^\s<>()]+[^\s<>().,;:!?'"])|\*\*(?<strong>[^*\n]+)\*\*|(?<![\w*])\*(?<em>[^*\n]+)\*(?!\w)|(?<![\w/])@(?<login>[a-z\d](?:[a-z\d-]{0,38}))/gi

/** Renders what stands within a line. Only http and https addresses become links. */
function renderInline(text: string): ReactNode {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(inline)) {
    if (match.index > end) parts.push(text.slice(end, match.index))
    end = match.index + match[0].length
    const { code, label, href, url, strong, em, login } = match.groups!
    const key = match.index
    if (code) parts.push(<code key={key}>{code}</code>)
    else if (href || url)
      parts.push(
        <a key={key} href={href ?? url} target="_blank" rel="noreferrer noopener">
          {label ?? url}
        </a>,
      )
    else if (strong) parts.push(<strong key={key}>{strong}</strong>)
    else if (em) parts.push(<em key={key}>{em}</em>)
    else if (login)
      parts.push(
        <span key={key} className={styles.mention}>
          @{login}
        </span>,
      )
  }
  parts.push(text.slice(end))
  return <Fragment>{parts}</Fragment>
}
