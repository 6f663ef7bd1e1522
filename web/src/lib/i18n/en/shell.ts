export const shell = {
  see_as: { short: 'See as', start: 'See as {{name}}', banner: 'Seeing as {{name}}, reading only ({{by}})', end: 'End' },
  brand: 'Xingji',
  nav: { risks: 'Risk radar', quality: 'Process reports', audits: 'Process audit', mining: 'Process mining', approvals: 'Approvals', health: 'Process health', start: 'Start', diagnosis: 'Diagnosis', morning: 'Morning', report: 'Reports', group: { work: 'Work', team: 'Team', build: 'Build', admin: 'Administration' }, workbench: 'Workbench', leads: 'Leads', tasks: 'Tasks', pools: 'Pools', customers: 'Customers', deals: 'Deals', team: 'Team board', receipts: 'Deliveries', outbox: 'Outbox', roadmap: 'Roadmap', collisions: 'Collisions', heat: 'Lead heat map', settings: 'Settings', inbox: 'Inbox', capture: 'Quick capture', me: 'Me' },
  shell: {
    share: 'Share this page', skip: 'Skip to content', to_start: 'Xingji, to the workbench', narrow: 'Collapse the navigation', widen: 'Expand the navigation', offline: 'No connection. What you wrote is kept on this device; it goes on by itself when the connection is back.', nav: 'Main navigation', inbox_one: 'Inbox, {{count}} unread', inbox_other: 'Inbox, {{count}} unread', user_menu: 'Personal menu', user_of: 'Personal menu of {{name}}', language: 'Language', theme: 'Appearance', theme_system: 'As the system', theme_light: 'Light', theme_dark: 'Dark', go_to: 'Go to {{name}}', sign_out: 'Sign out',
    clock: 'Rehearsal clock', clock_fixed: 'Rehearsal clock, standing at {{at}}', clock_moved: 'Rehearsal clock {{at}}, not real',
  },
  search: { open: 'Open search', label: 'Search customers, leads, phones', placeholder: 'Search customers, leads, phones', nothing: 'Nothing found' },
  sign_in: {
    make_own: 'Make a new organisation',
    lead: 'Sign in to your workspace', login: 'Mobile or e-mail', password: 'Password', do: 'Sign in', fill_login: 'Enter your phone or e-mail', fill_password: 'Enter your password', totp: 'One-time code', totp_hint: 'Open your authenticator app and enter the 6 digits', totp_wrong: 'That code is not right, please try again', wrong: 'Login or password is not right',
    locked: 'Too many attempts. The login is locked for now, try again in {{minutes}} min', choose: 'You belong to several workspaces. Choose one', other_language: '简体中文', again: 'Please sign in again', again_help: 'Your session has ended. After signing in, what you were doing goes on; everything you typed is still here.',
  },
  common: {
    loading: 'Loading', failed: 'This could not be loaded', try_again: 'Try again', no_permission: 'You may not see this', no_permission_help: 'Ask an administrator to open it for your role.', not_found: 'Not found', not_found_help: 'It may have been deleted, or lies outside what you may see.', no_page: 'There is no such page', no_page_help: 'The address may be mistyped, or the page has moved.', go_back: 'Back to the last page',
    cancel: 'Cancel', save: 'Save', saved: 'Saved', edit: 'Edit', close: 'Close', back: 'Back', more: 'More actions', first_rows: 'first {{count}}', more_rows: 'Load more', refresh: 'Refresh', yes: 'Yes', no: 'No', undo: 'Undo', undone: 'Undone', undone_partly_one: 'Undone; one item could not be taken back (already sent, or changed since)', undone_partly_other: 'Undone; {{count}} items could not be taken back (already sent, or changed since)', masked: 'Masked by your role', record: 'Record',
  },
  list: {
    fresh: '{{count}} new: {{name}}', total: 'Total', choose_row: 'Choose {{name}}', choose_loaded: 'Choose the loaded rows', width_of: 'Width of {{name}}', no_value: '({{name}} empty)', now: 'Value now: {{value}}',
    rows_one: '{{name}}: {{shown}}', rows_other: '{{name}}: {{shown}}', rows_plain: '{{name}}', no_rows: 'Nothing yet: {{name}}', no_rows_help: 'It appears here when leads are converted or imported.',     leads_one: '{{shown}} lead', leads_other: '{{shown}} leads', leads_plain: 'Leads', views: 'Views', find: 'Search this list', sort_by: 'Sort by {{name}}', change: '{{name}}: {{value}}, press to change', loading_more: 'Loading more', nothing_found: 'No lead matches', nothing_found_help: 'Try another word or fewer conditions.', no_leads: 'No leads yet', no_leads_help: 'New leads appear here by themselves; you can also capture one.',
  },
  filter: { label: 'Filter', add: 'Add filter', advanced: 'Advanced condition', clear: 'Clear filters', remove: 'Remove condition: {{what}}', apply: 'Apply', field: 'Field', operator: 'Condition', needs_value: 'Fill in a value first', mend_first: 'Mend the condition first', cel_label: 'Advanced condition (CEL expression)' },
  form: { section: 'Part {{at}}', create: 'New {{name}}', show_empty: 'Show {{count}} empty', hide_empty: 'Hide empty', conflict: 'Someone has just changed this record. What you typed is still here; save again to write these fields.', save_anyway: 'Save mine', refused_one: '{{count}} thing needs attention', refused_other: '{{count}} things need attention', nothing_editable: 'Your role cannot change the fields of {{object}}' },
  workbench: {
    given_at: 'given {{at}}', hand_over: 'Hand over', message_to: 'Message {{title}}', message: 'Message', more_of: 'More for {{title}}', open_lead: 'Open lead', tabs: 'Open and done', tab_open: 'Open', tab_done: 'Done', more_waiting: '{{count}} more', nothing_done: 'Nothing done yet today', nothing_done_help: 'Leads contacted and tasks finished are listed here.', contacted: 'Contacted', today_all: '{{count}} today', today_done: '{{count}} done',
    head_both: '{{overdue}} overdue, {{soon}} due within 10 minutes', head_overdue: '{{overdue}} overdue', head_soon: '{{soon}} due within 10 minutes', head_running: '{{total}} waiting for first contact, all in time', head_clear: 'All done', waiting: '{{count}} waiting for a response', now: 'To do now', team_now: 'The team, now', all_leads: 'All leads', tasks: 'My tasks', none: 'No lead waits for a response', none_help: 'New leads assigned to you appear here.', first_contact: 'First contact', open: 'Open',
  },
  inbox: {
    head_one: '{{count}} unread', head_other: '{{count}} unread', head_none: 'Nothing unread', unread: 'Unread', all: 'All', mark_all: 'Mark all as read', none: 'No messages', none_unread: 'Nothing unread', none_help: 'Reminders, escalations and assignments appear here.',
  },
  task: {
    count_one: '{{shown}} open task', count_other: '{{shown}} open tasks', count_plain: 'Tasks', count_done_one: '{{shown}} done', count_done_other: '{{shown}} done', count_done_plain: 'Tasks', tab: { mine: 'Mine', all: 'All', done: 'Done' }, none: 'No tasks', none_help: 'Tasks from rules and colleagues appear here.', none_here: 'This lead has no tasks', none_here_help: 'Follow-up tasks made by rules are listed here.', finish: 'Finish', done: 'Task finished', pack: 'Wording and background',
    state: { overdue: 'Overdue', soon: 'Due soon', ontrack: 'Running', done: 'Done', idle: 'No date' },
  },
  notice: {
    kind: { reminder: 'Reminder', escalation: 'Escalation', assignment: 'Assignment', mention: 'Mention', task: 'Task', system: 'System', warning: 'Warning', approval: 'Approval', pool_warning: 'Pool warning', reactivation: 'Re-activation', collision: 'Collision', recognition: 'Recognition', report: 'Report' },
    all: 'All messages', settings: 'Notification settings', by_kind: 'By kind', mark_read: 'Mark as read: {{title}}',
  },
}
