import { Button } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Components, toJsxRuntime } from 'hast-util-to-jsx-runtime'
import { type ReactNode, useMemo, useState } from 'react'
import { Fragment, jsx, jsxs } from 'react/jsx-runtime'
import { addressOf, isOfGithub } from './addresses.ts'
import { askWorker } from './ask-worker.ts'
import type { Place } from './references.ts'

/**
 * What people wrote on GitHub, as GitHub draws it: its Markdown with tables, task lists and footnotes, the HTML that it
 * lets pass, and references. Drawn as elements: no text ever becomes HTML of the page.
 *
 * @param plain what stands there until the text is read, and for good when it cannot be
 */
export default function Markdown({ text, place, plain }: { text: string; place: Place; plain: ReactNode }) {
  const { github, repository } = place
  const tree = useQuery({
    queryKey: ['markdown', github, repository, text],
    queryFn: () => askWorker(text, { github, repository }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 5 * 60_000,
  }).data
  const components = useMemo(() => componentsFor({ github, repository }), [github, repository])
  if (!tree) return plain
  return toJsxRuntime(tree, { Fragment, jsx, jsxs, components, ignoreInvalidStyle: true })
}

function componentsFor(place: Place): Components {
  return {
    a({ href, children, id, className, 'aria-label': label, 'aria-describedby': describedBy }) {
      const address = href === undefined ? null : addressOf(href, place, 'link')
      if (!address) return <span id={id}>{children}</span>
      const named = { id, className, 'aria-label': label, 'aria-describedby': describedBy }
      if (address.startsWith('/repos/')) return <Link to={address}>{children}</Link>
      if (address.startsWith('#')) {
        return (
          <a href={address} {...named}>
            {children}
          </a>
        )
      }
      return (
        <a href={address} target="_blank" rel="noreferrer noopener nofollow" {...named}>
          {children}
        </a>
      )
    },
    img: ({ src, alt, width, height }) => (
      <Picture
        address={src ? addressOf(String(src), place, 'image') : null}
        {...{ alt, width, height, place }}
      />
    ),
    // A text stands below the headings of its page.
    h1: 'h3',
    h2: 'h4',
    h3: 'h5',
    h4: 'h6',
    h5: 'h6',
    // What is too wide scrolls by itself, also by keys.
    // biome-ignore-start lint/a11y/noNoninteractiveTabindex: see above
    pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
    table: ({ children }) => (
      <section data-table="" tabIndex={0} aria-label="Table">
        <table>{children}</table>
      </section>
    ),
    // biome-ignore-end lint/a11y/noNoninteractiveTabindex: see above
    input: ({ checked }) => (
      <input type="checkbox" disabled checked={checked ?? false} aria-label={checked ? 'Done' : 'To do'} />
    ),
  }
}

/**
 * A picture from GitHub shows at once. One from elsewhere would tell its host who reads this and when (GitHub itself
 * fetches those for its readers), so it is shown when somebody asks for it.
 */
function Picture({
  address,
  alt = '',
  width,
  height,
  place,
}: {
  address: string | null
  alt: string | undefined
  width: string | number | undefined
  height: string | number | undefined
  place: Place
}) {
  const [asked, setAsked] = useState(false)
  const [broken, setBroken] = useState(false)
  if (!address) return <span>{alt}</span>
  if (broken) {
    return (
      <a href={address} target="_blank" rel="noreferrer noopener nofollow">
        {alt || 'Picture'}
      </a>
    )
  }
  if (!asked && !isOfGithub(address, place)) {
    return (
      <Button size="small" onClick={() => setAsked(true)}>
        Show {alt ? `“${alt}”` : 'picture'} from {new URL(address).host}
      </Button>
    )
  }
  return (
    <img
      src={address}
      alt={alt}
      width={width}
      height={height}
      loading="lazy"
      referrerPolicy="no-referrer"
      onError={() => setBroken(true)}
    />
  )
}
