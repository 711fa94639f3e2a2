import { Link } from '@tanstack/react-router'
import styles from './activity.module.css'
import { RelativeTime } from './relative-time.tsx'
import type { Place } from './tell-change.ts'
import type { Episode } from './tell-episodes.ts'
import { useGlow } from './use-glow.ts'

/** One episode as a sentence. */
export function EpisodeRow({ episode, fresh = false }: { episode: Episode; fresh?: boolean }) {
  const { story, subjects, count, at } = episode
  const Glyph = story.icon
  const row = useGlow<HTMLDivElement>(at, fresh)
  const several = count > 1
  return (
    <div className={styles.row} ref={row}>
      <span className={`${styles.icon} ${styles[story.tone] ?? ''}`}>
        <Glyph size={16} />
      </span>
      <p className={styles.words}>
        {story.who && (
          <strong className={styles.who}>
            <Where place={story.who} />
          </strong>
        )}{' '}
        {story.verb}{' '}
        {several || (!subjects[0] && story.many === 'commits') ? (
          <span className="numbers">
            {count === 1 ? '1 commit' : `${count.toLocaleString()} ${story.many}`}
          </span>
        ) : (
          subjects[0] && <Where place={subjects[0]} />
        )}
        {story.where && (
          <span className={styles.where}>
            {story.many === 'commits' ? ' to ' : ' in '}
            <Where place={story.where} />
          </span>
        )}
        {several && subjects.length > 1 && (
          <span className={styles.subjects}>
            {subjects.slice(0, 4).map((subject) => (
              <Where key={subject.label} place={subject} />
            ))}
            {subjects.length > 4 && <span>and {subjects.length - 4} more</span>}
          </span>
        )}
      </p>
      <span className={styles.time}>
        <RelativeTime at={at} />
      </span>
    </div>
  )
}

function Where({ place }: { place: Place }) {
  if (!place.to) return <span>{place.label}</span>
  return (
    <Link to={place.to} className={styles.link}>
      {place.label}
    </Link>
  )
}
