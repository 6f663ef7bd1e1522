export const lists = {
  view: {
    menu: 'Actions of view “{{name}}”', mine: '(personal view)', save_as: 'Save as new view', rename: 'Rename', share: 'Share with everyone', make_default: 'Open first', delete: 'Delete', dirty: 'Unsaved', unsaved: 'The view has unsaved changes', save_shared: 'Save for everyone', revert: 'Revert',
    saved: 'View “{{name}}” saved', shared: 'View “{{name}}” shared', deleted: 'View “{{name}}” deleted', is_default: '“{{name}}” opens first from now on', changed_note: 'Changed from the list', shared_note: 'Shared from a personal view', name: 'Name of the view', name_first: 'Give it a name first',
    title: { new: 'Save as new view', rename: 'Rename view', share: 'Share view' }, hint: { new: 'Only you see it; you can share it later.', rename: '', share: 'Everyone who may see this object sees it; rows still follow their own rights.' }, do: { new: 'Save', rename: 'Save', share: 'Share' },
  },
  tools: {
    open: 'View settings', title: 'View settings', layout: 'Layout', table: 'Table', board: 'Board', calendar: 'Calendar', board_by: 'Columns of the board', calendar_by: 'By which date', color_by: 'Colour by', no_color: 'No colour', choose: 'Choose', group_by: 'Group by', no_group: 'No groups', density: 'Row height', normal: 'Normal', compact: 'Compact',
    columns: 'Fields shown', up: 'Move {{name}} up', down: 'Move {{name}} down', hide: 'Hide {{name}}', find_field: 'Find a field to add', totals: 'Totals', total_of: 'Total of {{name}}', no_total: 'No total', fn: { sum: 'Sum', avg: 'Average', min: 'Minimum', max: 'Maximum', median: 'Median', count: 'Count' },
    sort: 'Order', sort_field: 'Order field {{at}}', direction: 'Direction {{at}}', ascending: 'Ascending', descending: 'Descending', unsort: 'Remove order {{at}}', add_sort: 'Order by one more field',
  },
  drag: { how: 'Press space to lift, arrows to move, space to drop, escape to cancel.', lifted: 'Lifted “{{name}}”', over: '“{{name}}” is over “{{place}}”', nowhere: '“{{name}}” is over no place to drop', dropped: '“{{name}}” dropped on “{{place}}”', cancelled: 'Moving “{{name}}” cancelled', movable: 'movable', move: 'Move {{name}}' },
  board: { none: '(none)', columns: 'Columns of the board', label: 'Board', moved: '“{{name}}” moved to “{{place}}”', move_to: 'Move {{name}} to…', empty: 'Nothing in this column' },
  calendar: { month_of: '{{month}}/{{year}}', back: 'Back', on: 'On', today: 'Today', span: 'Range', month: 'Month', week: 'Week', more: '{{count}} more', moved: '“{{name}}” moved to {{day}}', empty: 'Nothing in this time', capped: 'Only the first {{count}} are shown; narrow the filter' },
  bulk: {
    label: 'Actions on the selection', chosen: '{{shown}} chosen', choose_all: 'Choose all {{shown}}', set: 'Set a field', owner: 'Change owner', more: 'More actions', add: 'Add tags', remove: 'Remove tags', pool: 'Move to pool', delete: 'Delete', export: 'Export chosen', export_less: 'At most 80 chosen rows can be exported; choose all to export all', clear: 'Clear selection',
    title: { set: 'Set a field', owner: 'Change owner', add: 'Add tags', remove: 'Remove tags', pool: 'Move to pool', delete: 'Delete' }, stop: 'Stop', preview_first: 'Choose the new value first', nothing: 'Nothing would change', do: 'Do it ({{count}})', checking: 'Looking at what would change…', progress: 'Progress', so_far: '{{done}} of {{total}} done, {{changed}} changed, {{refused}} refused', done: '{{count}} changed, {{refused}} refused',
    tags: 'Tags', new_value: 'New value', empty_value: 'Empty this field', will_change: '{{count}} will change', will_delete: '{{count}} will be deleted, restorable for 30 days', same: ', {{count}} are like that already', refused: ', {{count}} will be refused', checked: ' (the first {{count}} of {{total}} looked at)', samples: 'First changes', before: 'Now', after: 'Then', why: 'The {{count}} refused ones and why',
  },
  guidance: { title: 'Please confirm first', later: 'Later', read: 'Got it', go_on: 'Confirm and go on', lacking: 'Still to tick: {{items}}' },
}
