/** The version of GitHub's API whose shapes the mirror has. */
export const apiVersion = '2022-11-28'

const plain =
  /^(?:\*\/\*|application\/\*|application\/json|application\/vnd\.github(?:\.v3)?(?:\+json)?|application\/vnd\.github\.[a-z-]+-preview(?:\+json)?)$/i

/**
 * Whether the mirror's shapes are what is asked for. Texts as HTML, diffs, raw files and other versions of the API are
 * GitHub's to give. https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
 */
export function wantsPlainJson(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const { accept = '*/*', 'x-github-api-version': version = apiVersion } = headers
  if (version !== apiVersion) return false
  // Some clients, `gh` among them, send an empty one.
  return (String(accept).trim() || '*/*')
    .split(',')
    .every((type) => plain.test(type.split(';', 1)[0]!.trim()))
}
