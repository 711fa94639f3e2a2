import { defaultSchema } from 'rehype-sanitize'

/**
 * What HTML in a text may be: GitHub's own list, as `rehype-sanitize` keeps it, without what could act (names and ids
 * that a page's own scripts could take for theirs are prefixed; forms, frames, styles and scripts are not on it).
 */
export const schema: typeof defaultSchema = {
  ...defaultSchema,
  // Footnotes are prefixed by what makes them, on both of their ends.
  clobberPrefix: '',
  attributes: {
    ...defaultSchema.attributes,
    '*': [
      ...(defaultSchema.attributes?.['*'] ?? []).filter(
        (name) =>
          !['id', 'name', 'action', 'method', 'target', 'accessKey', 'tabIndex'].includes(String(name)),
      ),
      ['id', /^user-content-/],
    ],
  },
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'], src: ['http', 'https'] },
}
