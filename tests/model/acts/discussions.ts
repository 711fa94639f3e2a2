import { discussionCommentOf, discussionOf } from '../render-others.ts'
import type { Discussion, DiscussionComment } from '../state.ts'
import { type Act, type Acting, anyOf, send } from './acting.ts'

function tell(acting: Acting, discussion: Discussion, action: string): void {
  discussion.updated_at = acting.now
  send(acting, 'discussion', { action, discussion: discussionOf(acting.repository, discussion) })
}

const aDiscussion = ({ random, repository }: Acting) => anyOf(random, repository.discussions.values())

const open: Act = (acting) => {
  const { world, repository, now, actor } = acting
  const number = ++repository.number
  const discussion: Discussion = {
    ...{ id: world.nextId(), number, title: `Title ${number}`, body: `Body ${number}`, state: 'open' },
    ...{ user: actor, locked: false, created_at: now, updated_at: now },
  }
  repository.discussions.set(number, discussion)
  tell(acting, discussion, 'created')
}

const change: Act = (acting) => {
  const { world, random } = acting
  const discussion = aDiscussion(acting)
  if (!discussion) return
  if (random.chance(0.5)) {
    discussion.title = `Title ${world.nextId()}`
    return tell(acting, discussion, 'edited')
  }
  discussion.state = discussion.state === 'open' ? 'closed' : 'open'
  tell(acting, discussion, discussion.state === 'open' ? 'reopened' : 'closed')
}

const remove: Act = (acting) => {
  const { repository } = acting
  const discussion = aDiscussion(acting)
  if (!discussion) return
  tell(acting, discussion, 'deleted')
  repository.discussions.delete(discussion.number)
  for (const { id, number } of repository.discussionComments.values()) {
    if (number === discussion.number) repository.discussionComments.delete(id)
  }
}

function tellComment(acting: Acting, comment: DiscussionComment, action: string): void {
  const { repository, now } = acting
  const discussion = repository.discussions.get(comment.number)
  if (!discussion) return
  discussion.updated_at = now
  send(acting, 'discussion_comment', {
    action,
    comment: discussionCommentOf(repository, comment),
    discussion: discussionOf(repository, discussion),
  })
}

const comment: Act = (acting) => {
  const { world, repository, now, actor } = acting
  const discussion = aDiscussion(acting)
  if (!discussion) return
  const id = world.nextId()
  const made = {
    id,
    number: discussion.number,
    user: actor,
    body: `Comment ${id}`,
    created_at: now,
    updated_at: now,
  }
  repository.discussionComments.set(id, made)
  tellComment(acting, made, 'created')
}

const editComment: Act = (acting) => {
  const { world, repository, random, now } = acting
  const found = anyOf(random, repository.discussionComments.values())
  if (!found) return
  Object.assign(found, { body: `Comment ${world.nextId()}`, updated_at: now })
  tellComment(acting, found, 'edited')
}

const deleteComment: Act = (acting) => {
  const { repository, random } = acting
  const found = anyOf(random, repository.discussionComments.values())
  if (!found) return
  repository.discussionComments.delete(found.id)
  tellComment(acting, found, 'deleted')
}

export const discussionActs: Record<string, [weight: number, act: Act]> = {
  'open a discussion': [3, open],
  'change a discussion': [2, change],
  'delete a discussion': [1, remove],
  'comment on a discussion': [3, comment],
  'edit a comment on a discussion': [1, editComment],
  'delete a comment on a discussion': [1, deleteComment],
}
