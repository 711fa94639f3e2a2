import { Type } from 'typebox'
import { type ReactionName, reactionNames } from '../own-reactions.ts'
import { type Act, type Asked, act } from './act.ts'
import { Nothing, ReactionContent } from './fields.ts'

const Reaction = Type.Object({ content: ReactionContent })
const issue = '/repos/:owner/:repo/issues/:number'
const comment = '/repos/:owner/:repo/issues/comments/:id'
const line = '/repos/:owner/:repo/pulls/comments/:id'

/** GitHub keeps one of each from a person, so that giving it twice is giving it once. */
const react = (path: string, target: Act['target'], summary: string) =>
  act({
    method: 'POST',
    path: `${path}/reactions`,
    summary,
    body: Reaction,
    right: 'pull',
    target: target!,
    answer: { reread: 'reactions' },
  })

/** The REST API takes one back by its id only; GraphQL by what it is. */
const unreact = (path: string, target: Act['target'], summary: string) =>
  act({
    method: 'DELETE',
    path: `${path}/reactions/:content`,
    summary,
    body: Nothing,
    right: 'pull',
    target: target!,
    answer: { reread: 'reactions' },
    mutation: {
      name: 'removeReaction',
      nodes: { subjectId: path },
      input: ({ values }: Asked) => ({ content: reactionNames[values.content as ReactionName] }),
    },
  })

/** What people answer with one sign. */
export const reactionActs = {
  'issue.react': react(issue, 'conversation', 'React to an issue or pull request'),
  'issue.unreact': unreact(issue, 'conversation', 'Take a reaction to an issue or pull request back'),
  'comment.react': react(comment, 'comment', 'React to a comment'),
  'comment.unreact': unreact(comment, 'comment', 'Take a reaction to a comment back'),
  'line.react': react(line, 'review_comment', 'React to a comment on lines'),
  'line.unreact': unreact(line, 'review_comment', 'Take a reaction to a comment on lines back'),
} as const
