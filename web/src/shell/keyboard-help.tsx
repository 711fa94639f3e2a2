import { XIcon } from '@primer/octicons-react'
import { IconButton } from '@primer/react'
import { Fragment, useEffect, useRef } from 'react'
import { Keys } from '../keyboard/keys.tsx'
import { shortcuts } from '../keyboard/shortcuts.ts'
import styles from './keyboard-help.module.css'

/** Every shortcut, from the table that binds them. */
export default function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    dialog.current!.showModal()
    // Not the button: its tooltip would take the first Escape.
    title.current!.focus()
  }, [])
  const groups = Map.groupBy(Object.values(shortcuts), ({ group }) => group)
  return (
    // A click on the backdrop is a click on the dialog itself; keys close it by the dialog's own cancel.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <dialog
      ref={dialog}
      className={styles.help}
      aria-labelledby="keyboard-help"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <header className={styles.head}>
        <h2 id="keyboard-help" ref={title} tabIndex={-1} className={styles.title}>
          Keyboard shortcuts
        </h2>
        <IconButton icon={XIcon} aria-label="Close" variant="invisible" onClick={onClose} />
      </header>
      <div className={styles.groups}>
        {[...groups].map(([group, entries]) => (
          <section key={group} aria-label={group} className={styles.group}>
            <h3 className={styles.name}>{group}</h3>
            <dl>
              {entries.map(({ label, keys }) => (
                <div key={label} className={styles.shortcut}>
                  <dt>{label}</dt>
                  <dd>
                    {keys.map((way, index) => (
                      <Fragment key={way}>
                        {index > 0 && !way.startsWith('Arrow') && <span className={styles.or}>or</span>}
                        <Keys way={way} />
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={styles.note}>Single keys rest while you type in a field.</p>
    </dialog>
  )
}
