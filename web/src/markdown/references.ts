import type { Root } from 'mdast'
import { findAndReplace } from 'mdast-util-find-and-replace'

/** Where a text was written: what it calls `#12` or `src/a.ts` is of this repository. */
export interface Place {
  /** GitHub's origin, without a trailing slash. */
  github: string
  /** `owner/name` */
  repository: string
}

/** `#12`, `GH-12`, `owner/name#12`. */
const thing = /(?<![\w/#&])(?:([\w.-]+\/[\w.-]+)?#|GH-)(\d{1,10})(?![\w-])/gi
const person = /(?<![\w/.@`-])@([a-z\d](?:[a-z\d-]{0,38}))(?![\w@/-])/gi
/** A commit: forty digits, or at least seven that are no word and no number. */
const commit =
  /(?<![\w/@#.-])(?:([\w.-]+\/[\w.-]+)@)?([\da-f]{40}|(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{7,39})(?![\w/-])/g

/**
 * Links what GitHub links: `#12` to the issue or pull request here, `@login` and commits to GitHub. Not in code, not in
 * links. https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
export function references({ github, repository }: Place) {
  return (tree: Root) => {
    findAndReplace(
      tree,
      [
        [
          thing,
          (text: string, other: string | undefined, number: string) =>
            link(`/repos/${other ?? repository}/issues/${number}`, text),
        ],
        [person, (text: string, login: string) => link(`${github}/${login}`, text)],
        [
          commit,
          (text: string, other: string | undefined, sha: string) =>
            link(`${github}/${other ?? repository}/commit/${sha}`, text.replace(sha, sha.slice(0, 7)), true),
        ],
      ],
      { ignore: ['link', 'linkReference'] },
    )
  }
}

function link(url: string, text: string, code = false) {
  return {
    type: 'link' as const,
    url,
    children: [code ? { type: 'inlineCode' as const, value: text } : { type: 'text' as const, value: text }],
  }
}
