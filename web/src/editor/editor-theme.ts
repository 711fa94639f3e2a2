import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const syntax = HighlightStyle.define([
  // Primer's own colour for comments is too pale to be read by everybody.
  { tag: tags.comment, color: 'var(--fgColor-muted)' },
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName)],
    color: 'var(--codeMirror-syntax-fgColor-entity)',
  },
  { tag: [tags.string, tags.content], color: 'var(--codeMirror-syntax-fgColor-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--codeMirror-syntax-fgColor-constant)' },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: 'var(--codeMirror-syntax-fgColor-keyword)' },
])

const look = EditorView.theme({
  '&': {
    height: '100%',
    backgroundColor: 'var(--codeMirror-bgColor)',
    color: 'var(--codeMirror-fgColor)',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--fontStack-monospace)', lineHeight: '20px' },
  '.cm-content': { caretColor: 'var(--codeMirror-cursor-fgColor)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--codeMirror-cursor-fgColor)' },
  '.cm-gutters': {
    backgroundColor: 'var(--codeMirror-gutters-bgColor)',
    color: 'var(--codeMirror-lineNumber-fgColor)',
    border: 'none',
  },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--fgColor-default)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--codeMirror-selection-bgColor)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--codeMirror-matchingBracket-fgColor)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--overlay-bgColor)',
    color: 'var(--fgColor-default)',
    border: '1px solid var(--borderColor-default)',
    borderRadius: 'var(--borderRadius-medium)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--fontStack-system)', padding: '4px 8px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--borderColor-danger-emphasis)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--borderColor-attention-emphasis)' },
  // The library draws its waves as data: images, which the content security policy refuses.
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--fgColor-danger)' },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--fgColor-attention)',
  },
  '.cm-lint-marker': { width: '8px', height: '8px', borderRadius: '50%', margin: '6px 3px' },
  '.cm-lint-marker-error': { content: 'none', backgroundColor: 'var(--bgColor-danger-emphasis)' },
  '.cm-lint-marker-warning': { content: 'none', backgroundColor: 'var(--bgColor-attention-emphasis)' },
})

/** Primer's own colours for code, which follow the theme of the page. */
export const editorTheme = [look, syntaxHighlighting(syntax)]
