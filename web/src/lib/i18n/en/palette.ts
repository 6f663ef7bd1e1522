/** Palette, shortcuts and the frame's actions. */
export const palette = {
  share: { link_copied: 'Link copied: paste it to a colleague', copied: 'Copied', copy_refused: 'The browser refused; select the text and copy it yourself' },
  palette: { recent: 'Opened lately', go: 'Go to', do: 'Do', open: 'Open search and commands', not_while_typing: 'Shortcuts rest while you type.' },
  action: { print: 'Print this page', search: 'Search and commands', find: 'Search this list', next: 'Next row', previous: 'Previous row', theme: 'Switch dark and light', language: 'Switch language: 中文', nav: 'Collapse or expand the navigation', keys: 'Keyboard shortcuts', edit: 'Edit', refresh: 'Refresh' },
}
