import type { IssueTemplates } from '../../../contract/templates.ts'
import { isCoded } from '../../errors.ts'
import { readPlainYaml, recordOf, textsOf } from '../workflow/plain-yaml.ts'

type Config = Omit<IssueTemplates, 'templates'>

const usual: Config = { blank_issues_enabled: true, contact_links: [] }

/**
 * Reads `config.yml` of the issue templates; what cannot be read changes nothing, as on GitHub. Links that do not lead
 * to the web are left out.
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/configuring-issue-templates-for-your-repository
 */
export function readTemplateConfig(source: string): Config {
  const config = readOr(source)
  const links = Array.isArray(config.contact_links) ? config.contact_links : []
  return {
    blank_issues_enabled: config.blank_issues_enabled !== false,
    contact_links: links.flatMap((link: unknown) => {
      const { name, url, about } = recordOf(link)
      const [title, address, words = ''] = [name, url, about].map((one) => textsOf(one)[0])
      return title && address && /^https?:\/\//.test(address)
        ? [{ name: title, url: address, about: words }]
        : []
    }),
  }
}

function readOr(source: string): Record<string, unknown> {
  try {
    return recordOf(readPlainYaml(source, 'config.yml'))
  } catch (error) {
    if (isCoded(error, 'github_malformed')) return { ...usual }
    throw error
  }
}
