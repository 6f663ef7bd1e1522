export const dispatch = {
  dispatch: {
    grid: 'Dispatch table', order: 'Order', row: 'Row {{n}}', last_month: '30 days', cell: '{{column}}, row {{n}}: {{text}}', anything: 'anything', row_menu: 'Actions of row {{n}}', drag: 'Drag to reorder, or Alt+↑↓',
    column: { name: 'Name', rest: 'Other conditions', to: 'To', choose: 'Choose by', trainee_ok: 'Trainees', else: 'If nobody is free', calendar: 'Working hours' },
    choose: { fixed: 'fixed', round_robin: 'in turn', least_load: 'least load', weighted: 'weighted' },
    add_row: 'Add row', add_column: 'Add condition column', remove_column: 'Remove column “{{name}}” (its conditions move to other conditions)', undo: 'Undo', redo: 'Redo', nothing_to_undo: 'Nothing to undo', nothing_to_redo: 'Nothing to redo',
    insert_above: 'Insert above', insert_below: 'Insert below', duplicate: 'Duplicate row', move_up: 'Move up', move_down: 'Move down', delete: 'Delete',
    keys: 'Just type to change; F2 or double click edits; paste blocks from spreadsheets; Ctrl+D fills down; Alt+↑↓ reorders', rest_title: 'Other conditions · {{name}}', take: 'Apply',
    sample: 'Try one lead', sample_way: 'Which lead', recent: 'Recent lead', typed: 'Type one', lead: 'Lead', pick_lead: 'Choose a lead first', try: 'Try', no_columns: 'Add condition columns first', won: 'Row {{n}} “{{name}}” wins → {{who}}',
    why_not: 'Why the {{count}} rows above did not win', matched_but: 'matches, but nobody is available now', matched_nobody: 'matches, but names nobody who exists', candidates: 'Candidates and reasons',
    try_month: 'Try the last 30 days', month: 'The last 30 days by this table', month_none: 'No leads in the last 30 days', month_first: '{{count}} leads in the last 30 days', month_same: '{{count}} leads in the last 30 days, the same as by the table in force', month_changed: '{{count}} leads in the last 30 days, {{changed}} would go to somebody else', month_rest: '{{pooled}} to a pool, {{held}} to nobody', moves: 'Changes (in force → this table)', month_help: 'Begins with empty hands, whatever people held then; reads the past only and changes no lead.',
    draft: 'Draft from own data', take_draft: 'Replace the rows with it', draft_help: 'Only a draft: it can be undone, checked and tried before it is published.',
    settings: 'Whole table: limits, weights, hours, fallback', none: 'none',
    set: { open: 'Open leads per person', trainee_open: 'Open leads per trainee', per_day: 'New leads per person and day', answered: 'Weight: answered follow-ups', free: 'Weight: free capacity', preference: 'Weight: preference', cap_over_mean: 'At most so many times the mean', cap_over_mean_help: '0: no limit', newcomer_floor: "Newcomer's floor (times the mean)", newcomer_floor_help: '0: none', window_days: 'Working days looked back', calendar: 'Working hours', fallback: 'Pool when nobody takes it', fallback_help: 'no row takes the lead, or nobody of the rows is available' },
  },
}
