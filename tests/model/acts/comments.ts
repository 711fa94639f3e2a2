import { commentOf } from '../render-conversations.ts'
import type { Comment, Issue, Pull } from '../state.ts'
import { type Act, type Acting, anyOf } from './acting.ts'
import { tellComment } from './issues.ts'

/** A comment changes what it is on, pull requests included; deleting one does not. */
function touch({ repository, now }: Acting, number: number): void {
  const one: Issue | Pull | undefined = repository.issues.get(number) ?? repository.pulls.get(number)
  if (one) one.updated_at = now
}

const create: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const one = anyOf(random, [...repository.issues.values(), ...repository.pulls.values()])
  if (!one) return
  const id = world.nextId()
  const { number } = one
  const comment: Comment = {
    ...{ id, number, user: actor, body: `Comment ${id}`, created_at: now, updated_at: now },
  }
  repository.comments.set(id, comment)
  touch(acting, number)
  tellComment(acting, number, 'created', commentOf(repository, comment))
}

const edit: Act = (acting) => {
  const { world, repository, random, now } = acting
  const comment = anyOf(random, repository.comments.values())
  if (!comment) return
  Object.assign(comment, { body: `Comment ${world.nextId()}`, updated_at: now })
  touch(acting, comment.number)
  tellComment(acting, comment.number, 'edited', commentOf(repository, comment))
}

const remove: Act = (acting) => {
  const { repository, random } = acting
  const comment = anyOf(random, repository.comments.values())
  if (!comment) return
  repository.comments.delete(comment.id)
  tellComment(acting, comment.number, 'deleted', commentOf(repository, comment))
}

export const commentActs: Record<string, [weight: number, act: Act]> = {
  comment: [8, create],
  'edit a comment': [3, edit],
  'delete a comment': [3, remove],
}
