import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react'
import type { WorkflowProblem } from '../../../contract/workflows.ts'
import { shortcuts } from '../keyboard/shortcuts.ts'
import { diagnosticsOf, placeOf } from './diagnostics.ts'
import { editorTheme } from './editor-theme.ts'
import styles from './source-editor.module.css'

export interface SourceEditorHandle {
  /** Puts the cursor where a problem is and shows it. */
  reveal: (problem: Pick<WorkflowProblem, 'line' | 'column'>) => void
}

/**
 * A YAML editor. What is typed stays here and is told by `onChange`; a different `source` from outside replaces it.
 * It lives in a shadow root: there its styles are constructed sheets, which a content security policy without
 * `unsafe-inline` lets pass.
 */
export function SourceEditor({
  ref,
  label,
  source,
  problems = [],
  onChange,
  onSave,
}: {
  ref?: Ref<SourceEditorHandle>
  label: string
  source: string
  problems?: readonly WorkflowProblem[]
  /** Absent: the source can only be read. */
  onChange?: (source: string) => void
  onSave?: () => void
}) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(null)
  const changed = useEffectEvent((text: string) => onChange?.(text))
  const save = useEffectEvent(() => onSave?.())
  const first = useEffectEvent(() => source)
  const readOnly = !onChange

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: first(),
        extensions: [
          lineNumbers(),
          yaml(),
          EditorView.lineWrapping,
          editorTheme,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          readOnly ? [EditorState.readOnly.of(true)] : writing(changed, save),
        ],
      }),
    })
    view.dom.style.height = '100%'
    editor.current = view
    return () => view.destroy()
  }, [label, readOnly])

  useEffect(() => {
    const view = editor.current!
    if (view.state.doc.toString() === source) return
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source } })
  }, [source])

  useEffect(() => {
    const { state } = editor.current!
    editor.current!.dispatch(setDiagnostics(state, diagnosticsOf(state.doc, problems)))
  }, [problems])

  useImperativeHandle(ref, () => ({
    reveal(problem) {
      const view = editor.current!
      const { from } = placeOf(view.state.doc, problem)
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      })
      view.focus()
    },
  }))

  return <div ref={host} className={styles.host} />
}

function writing(changed: (text: string) => void, save: () => void) {
  return [
    history(),
    drawSelection(),
    highlightActiveLineGutter(),
    indentOnInput(),
    bracketMatching(),
    lintGutter(),
    EditorState.tabSize.of(2),
    keymap.of([
      {
        key: shortcuts['editor.save'].keys[0]!.replace('+', '-'),
        preventDefault: true,
        run: () => {
          save()
          return true
        },
      },
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString())
    }),
  ]
}
