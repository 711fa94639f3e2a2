import { ActionList, ActionMenu } from '@primer/react'
import { useNavigate } from '@tanstack/react-router'
import { Avatar } from '../components/person.tsx'
import { signOut } from '../data/session.ts'
import { chooseTheme, type Theme, themes, useTheme } from '../data/theme.ts'
import { useMe } from '../data/use-session.ts'
import { Keys } from '../keyboard/keys.tsx'
import styles from './top-bar.module.css'

const themeNames: Record<Theme, string> = {
  system: 'System',
  light: 'Light',
  dark: 'Dark',
  'high-contrast': 'High contrast',
}

/** Who is signed in, how the app looks, and the way out. */
export function PersonMenu({ onOpenHelp }: { onOpenHelp: () => void }) {
  const me = useMe()
  const theme = useTheme()
  const navigate = useNavigate()
  if (!me) return null
  const person = { login: me.login, avatar_url: me.avatar_url }
  return (
    <ActionMenu>
      <ActionMenu.Anchor>
        <button type="button" className={styles.person} aria-label={`${me.login}: menu`}>
          <Avatar person={person} size={24} />
        </button>
      </ActionMenu.Anchor>
      <ActionMenu.Overlay width="small">
        <ActionList>
          <ActionList.Group>
            <ActionList.GroupHeading>
              {me.name ? `${me.name} · ${me.login}` : me.login}
            </ActionList.GroupHeading>
            <ActionList.Item onSelect={() => void navigate({ to: '/settings' })}>Settings</ActionList.Item>
            <ActionList.Item onSelect={onOpenHelp}>
              Keyboard shortcuts
              <ActionList.TrailingVisual>
                <Keys way="?" />
              </ActionList.TrailingVisual>
            </ActionList.Item>
          </ActionList.Group>
          <ActionList.Divider />
          <ActionList.Group selectionVariant="single">
            <ActionList.GroupHeading>Appearance</ActionList.GroupHeading>
            {themes.map((each) => (
              <ActionList.Item key={each} selected={each === theme} onSelect={() => void chooseTheme(each)}>
                {themeNames[each]}
              </ActionList.Item>
            ))}
          </ActionList.Group>
          <ActionList.Divider />
          <ActionList.Item onSelect={() => void signOut()}>Sign out</ActionList.Item>
        </ActionList>
      </ActionMenu.Overlay>
    </ActionMenu>
  )
}
