import type { Ruleset } from '../../contract/rules.ts'
import { integerIn, optionalTextIn, optionalTimeIn, textIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times } = columnsOf<Ruleset>()

/** Its rules are told only one by one, and with its bypasses only to some. https://docs.github.com/en/rest/repos/rules */
export const ruleset = {
  name: 'ruleset',
  version: 1,
  table: 'rulesets',
  key: ['id'],
  columns: [...plain('id', 'name', 'target', 'source', 'enforcement'), ...times('created_at', 'updated_at')],
  read(object, { asOf }) {
    const enforcement = textIn(object, 'enforcement')
    return {
      id: integerIn(object, 'id'),
      name: textIn(object, 'name'),
      target: optionalTextIn(object, 'target'),
      source: optionalTextIn(object, 'source') ?? '',
      enforcement: enforcement === 'active' || enforcement === 'evaluate' ? enforcement : 'disabled',
      created_at: optionalTimeIn(object, 'created_at'),
      updated_at: optionalTimeIn(object, 'updated_at') ?? asOf ?? new Date(0).toISOString(),
    }
  },
  replaces: isNotOlder,
  events: {
    repository_ruleset: {
      at: 'repository_ruleset',
      subject: true,
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
  },
  listed: { resource: 'rulesets', route: 'GET /repos/{owner}/{repo}/rulesets', complete: true },
} satisfies Kind<Ruleset>
