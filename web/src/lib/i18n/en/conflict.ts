/** Two people, one record; and what was being written. */
export const conflict = {
  reveal: { show: 'Show', of: 'Show the value of {{name}}', why: 'Why', hint: 'Goes into the audit log with your name and the time', first: 'Say why first', do: 'Show', noted: 'Shown this once and noted in the audit log.' },
  conflict: { title: 'Conflicting changes', head: '{{who}} has just changed this record. {{count}} fields differ from yours: choose for each.', head_none: '{{who}} has just changed this record, but none of the fields you filled in', mine: 'Mine', theirs: 'Theirs', choose: 'Choose a side for every field first', save: 'Save as chosen', help: 'Only the fields you changed are saved; their other changes stay.', somebody: 'Somebody' },
  draft: { restored: 'What you had not saved is back', drop: 'Discard' },
  screens: { people: 'People and units', tokens: 'API tokens', audit: 'Audit log' },
}
