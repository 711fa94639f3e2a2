import { listedPullOf, reviewCommentOf, reviewOf, threadOf } from '../render-conversations.ts'
import type { Pull, Review, ReviewComment } from '../state.ts'
import { type Act, type Acting, anyOf, send } from './acting.ts'
import { aPull } from './pulls.ts'

function tellReview(acting: Acting, review: Review, action: string): void {
  const { repository, now } = acting
  const pull = repository.pulls.get(review.pull)
  if (!pull) return
  review.updated_at = now
  pull.updated_at = now
  const pull_request = listedPullOf(repository, pull)
  send(acting, 'pull_request_review', { action, review: reviewOf(repository, review), pull_request })
}

function begin({ world, repository, random, now, actor }: Acting, pull: Pull): Review {
  const id = world.nextId()
  const state = random.pick(['COMMENTED', 'APPROVED', 'CHANGES_REQUESTED'] as const)!
  const review: Review = {
    ...{ id, pull: pull.number, user: actor, state, body: `Review ${id}`, commit_id: pull.head.sha },
    ...{ submitted_at: now, updated_at: now },
  }
  repository.reviews.set(id, review)
  return review
}

const submit: Act = (acting) => {
  const pull = aPull(acting)
  if (pull) tellReview(acting, begin(acting, pull), 'submitted')
}

/** Begun and kept back: nobody hears of it yet. */
const beginLate: Act = (acting) => {
  const pull = aPull(acting)
  if (pull) Object.assign(begin(acting, pull), { state: 'PENDING', submitted_at: null })
}

const submitLate: Act = (acting) => {
  const review = anyOf(acting.random, acting.repository.reviews.values(), ({ state }) => state === 'PENDING')
  if (!review) return
  Object.assign(review, { state: 'COMMENTED', submitted_at: acting.now })
  tellReview(acting, review, 'submitted')
}

const isSubmitted = ({ state }: Review) => state !== 'PENDING'

const edit: Act = (acting) => {
  const review = anyOf(acting.random, acting.repository.reviews.values(), isSubmitted)
  if (!review) return
  review.body = `Review ${acting.world.nextId()}`
  tellReview(acting, review, 'edited')
}

const dismiss: Act = (acting) => {
  const review = anyOf(acting.random, acting.repository.reviews.values(), ({ state }) =>
    ['APPROVED', 'CHANGES_REQUESTED'].includes(state),
  )
  if (!review) return
  review.state = 'DISMISSED'
  tellReview(acting, review, 'dismissed')
}

function tellComment(acting: Acting, comment: ReviewComment, action: string): void {
  const { repository, now } = acting
  const pull = repository.pulls.get(comment.pull)
  if (!pull) return
  if (action !== 'deleted') pull.updated_at = now
  const pull_request = listedPullOf(repository, pull)
  send(acting, 'pull_request_review_comment', {
    ...{ action, comment: reviewCommentOf(repository, comment), pull_request },
  })
}

const comment: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const review = anyOf(random, repository.reviews.values(), isSubmitted)
  if (!review) return
  const id = world.nextId()
  const first = anyOf(
    random,
    repository.reviewComments.values(),
    ({ pull, reply }) => pull === review.pull && reply === null,
  )
  const made: ReviewComment = {
    ...{ id, pull: review.pull, review: review.id, user: actor, body: `On a line ${id}` },
    ...{ reply: first && random.chance(0.5) ? first.id : null, commit_id: review.commit_id },
    ...{ created_at: now, updated_at: now },
  }
  repository.reviewComments.set(id, made)
  tellComment(acting, made, 'created')
}

const editComment: Act = (acting) => {
  const { world, repository, random, now } = acting
  const found = anyOf(random, repository.reviewComments.values())
  if (!found) return
  Object.assign(found, { body: `On a line ${world.nextId()}`, updated_at: now })
  tellComment(acting, found, 'edited')
}

const deleteComment: Act = (acting) => {
  const { repository, random } = acting
  const found = anyOf(random, repository.reviewComments.values(), ({ id }) =>
    [...repository.reviewComments.values()].every(({ reply }) => reply !== id),
  )
  if (!found) return
  repository.reviewComments.delete(found.id)
  repository.threads.delete(found.id)
  tellComment(acting, found, 'deleted')
}

const turnThread: Act = (acting) => {
  const { repository, random, now } = acting
  const first = anyOf(random, repository.reviewComments.values(), ({ reply }) => reply === null)
  const pull = first && repository.pulls.get(first.pull)
  if (!pull) return
  const resolved = !(repository.threads.get(first.id)?.resolved ?? false)
  const thread = { id: first.id, pull: first.pull, resolved, updated_at: now }
  repository.threads.set(first.id, thread)
  send(acting, 'pull_request_review_thread', {
    action: resolved ? 'resolved' : 'unresolved',
    ...{
      thread: threadOf(repository, thread),
      pull_request: listedPullOf(repository, pull),
      updated_at: now,
    },
  })
}

export const reviewActs: Record<string, [weight: number, act: Act]> = {
  review: [5, submit],
  'begin a review': [1, beginLate],
  'submit a review that was begun': [2, submitLate],
  'edit a review': [2, edit],
  'dismiss a review': [2, dismiss],
  'comment on a line': [4, comment],
  'edit a comment on a line': [2, editComment],
  'delete a comment on a line': [2, deleteComment],
  'turn a thread': [2, turnThread],
}
