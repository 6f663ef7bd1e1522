export const designer = {
  designer: {
    palette: 'Fields to place', canvas: 'Layout of the form', add: 'Place {{name}}', all_placed: 'Every field is placed', add_section: 'Add section', section_name: 'Name of the section', columns: 'Columns of the section', one_column: 'One column', two_columns: 'Two columns', remove_section: 'Remove section {{name}}', empty_first: 'Move its fields away first', no_fields: 'No fields in this part yet', drop_here: 'Drag a field here, or press ＋ beside it',
    sometimes: 'shown if', required_if: 'required if', closed: 'read-only', properties: 'Properties of {{name}}', help: 'Help text', help_hint: 'Stands below the input', width: 'Width', half: 'One column', full: 'Whole row', remove_field: 'Remove from the form', preview: 'Preview of the form', preview_width: 'Width of the preview', phone: 'Phone 390', desk: 'Desk 1440',
    rule: { visible_when: 'Shown', required_when: 'Required', read_only: 'Read-only' },
    visible_when: { always: 'always', when: 'if' }, required_when: { never: 'never', always: 'always', when: 'if' }, read_only: { never: 'never', always: 'always', when: 'if' },
  },
}
