/** The editors of shared views and of guidance. */
export const guide = {
  effect: { title: 'What came of it: two weeks before and after', own: 'Since the last change: two weeks before and after', sample: '{{before}} leads before, {{after}} after', also: '; {{count}} more changes fell into these weeks, so not all of it need come from this one' },
  view_edit: { what: 'What it shows', rows: 'Which records of {{name}} are listed; all of them without a condition.', open: 'Open in the list' },
  guide: {
    when: 'When it appears', moment: 'Moment', open: 'When a record of {{name}} is opened', convert: 'When a lead is converted', field: 'When a field takes a value', only: 'Only where a condition holds (always without one)', which: 'Which field', becomes: 'Becomes',
    says: 'What it says', title: 'Title', title_hint: 'One sentence, for example “Before the contract goes to approval”', text: 'Explanation', items: 'To be confirmed', item: 'Item {{at}}', move: 'Move item {{at}}', must: 'Must be ticked', remove: 'Remove item {{at}}', add: 'Add an item to confirm', preview: 'Preview of the guidance',
  },
}
