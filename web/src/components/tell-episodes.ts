import type { Change } from '../../../contract/live.ts'
import { type Place, type Story, tellChange } from './tell-change.ts'

/** Changes of one kind by one person, close together, told as one. The newest comes first. */
export interface Episode {
  key: string
  at: string
  story: Story
  /** All things it is about, newest first. */
  subjects: Place[]
  count: number
}

/** Apart by more than this, the same is told anew. */
const SAME_EPISODE = 15 * 60_000

/** Groups changes, newest first, into what people would tell of them. */
export function tellEpisodes(changes: readonly Change[]): Episode[] {
  const episodes: Episode[] = []
  const open = new Map<string, Episode>()
  for (const change of changes) {
    const story = tellChange(change)
    if (!story) continue
    const episode = open.get(story.group)
    if (episode && Date.parse(episode.at) - Date.parse(change.at) < SAME_EPISODE) {
      join(episode, story, change)
    } else {
      const started = {
        key: `${story.group} ${change.seq}`,
        at: change.at,
        story,
        subjects: story.subject ? [story.subject] : [],
        count: story.count,
      }
      open.set(story.group, started)
      episodes.push(started)
    }
  }
  return episodes
}

function join(episode: Episode, story: Story, change: Change): void {
  // A run is one thing however often it moved: its newest state is told, with the name that it began with.
  const runs = story.group.startsWith('run:') || story.group.startsWith('actions ')
  if (runs) {
    if (change.kind === 'run.created') {
      const { icon, tone, verb } = episode.story
      episode.story = { ...story, icon, tone, verb: verb === story.verb ? verb : `${verb} on` }
      episode.subjects = story.subject ? [story.subject] : []
    }
    return
  }
  episode.key = `${story.group} ${change.seq}`
  episode.count += story.count
  const subject = story.subject
  if (subject && !episode.subjects.some((known) => known.label === subject.label))
    episode.subjects.push(subject)
  if (story.group.startsWith('push ')) return
  episode.count = Math.max(episode.subjects.length, 1)
}
