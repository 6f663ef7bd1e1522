/** Definitions that are a handful of settings: coverage, audit plan, monitoring register, the working day. */
export const plain = {
  metric_log: { of: { entries: 'Entries by hand', values: 'Values filled in' }, share: { effective: 'Share that is effective', spared: 'Share nobody typed' }, counts: 'What makes one effective', counts_help: 'Any one of these; none chosen means all.', count: { touch_response: 'It stopped the response clock', touch_followup: 'It counts as a follow-up', rule: 'A rule acted on it' }, by: { owner: 'Person', day: 'Day', week: 'Week', month: 'Month' } },
  known: { title: '{{count}} fields need not be filled: they are known', from: 'from {{of}}', change: 'Fill it myself', change_of: 'Fill {{name}} myself', origins: 'Where values came from', spared: 'Of {{filled}} values, nobody had to type {{spared}}',
    by: { person: 'Typed by {{who}}', known: 'From {{of}}', source: 'From {{of}}', system: 'Brought in by the system', import: 'Imported', history: 'Migrated' }, field: 'Need not be filled: taken from', field_hint: 'A new record takes it from what it is linked to where nothing was typed; what was typed stands.', field_none: 'Has to be filled', field_own: 'An expression', expression: 'Expression it is known by' },
  // Words of conditions on a record's past: met in a risk alone.
  past: { since_event: 'Days since it last happened', changes: 'How often a field changed', days: 'Days', a_number: 'A number', limit_named: 'Threshold: {{name}}', compared_with: '{{label}}: compared with', days_over: 'is more days ago than', days_under: 'is fewer days ago than' },
  plain: {
    comes_to: 'What this comes to', empty_is: 'Empty counts as {{value}}', weekday: { 1: 'Monday', 2: 'Tuesday', 3: 'Wednesday', 4: 'Thursday', 5: 'Friday', 6: 'Saturday', 7: 'Sunday' },
    event: { touch_inbound: 'Customer made contact', lead_received: 'Lead received', lead_assigned: 'Lead assigned', lead_urgent_raised: 'Marked urgent', customer_bought: 'Customer bought', lead_enquired: 'Customer asked again', lead_converted: 'Lead converted', page_viewed: 'Customer viewed a page', report_sent: 'Matching report sent' },
    coverage: {
      says: '{{items}} standard actions; a person meets them from {{rep_from}} of their own cases on, and {{target}} of the people should.', basics: 'What counts as met', name: 'Name', result: 'Win rate compared of', rep_from: 'A person meets it from', target: 'Target: so many people',
      actions: 'Standard actions: {{count}}', add: 'Add an action', none: 'No standard action yet; one is needed to publish.',
      item: { name: 'Action', object: 'On which records', after: 'Due after', done: 'Done when', done_help: 'Any one of them; contacts people only claim do not count.', hours: 'Within', hours_unit: 'hours (wall clock)' },
    },
    follow_up: {
      says: 'When it fits, {{items}} steps are planned for the owner of a {{object}}; hours are working time of {{calendar}}, days are calendar days.', basics: 'When it is used', name: 'Name', object: 'Object', starts: 'What sets it going', starts_help: 'Once for each record.', calendar: 'Working calendar', when: 'Only for those that fit',
      steps: '{{count}} steps', add: 'Add a step', none: 'No steps yet: add one to publish.',
      item: { name: 'What to do', hours: 'Within', hours_unit: 'working hours', hours_help: 'Hours or days, one of them.', days: 'or within days', days_unit: 'days', note: 'Note' },
    },
    audit_plan: {
      says: 'Every {{weekday}} at {{at}}, {{share}} of {{object}} (at least {{least}}) are drawn and looked at by {{role}}.', whom: 'Drawn from which records', name: 'Name', object: 'Object', of: 'Only those that', draw: 'How they are drawn', draw_help: 'At random; seed and candidates are kept, so that anybody can draw again and get the same.', share: 'How many', least: 'At least', least_unit: 'a draw', weekday: 'On which day', at: 'At what time', role: 'Who looks at them', role_help: 'The role needs the right to audit the process.',
    },
    monitoring: {
      says: 'Computed only of those who confirmed; they themselves and {{seen_by}} see it; kept for {{keep_days}} days.', told: 'What people are told', told_help: 'Everybody reads this and confirms before anything is computed; a new version asks again.', name: 'Name', records: 'What is recorded', why: 'Why', bounds: 'Who sees it, how long it is kept', seen_by: 'Who sees it besides the person', keep_days: 'Kept for', keep_days_unit: 'days', calendar: 'Only working time of',
      pattern: 'What counts as busy without effect', pattern_help: 'All of these must hold; the person sees it first.', pattern_days: 'Over the last', pattern_days_unit: 'days', pattern_per_day: 'Calls a day at least', pattern_per_day_unit: 'calls', pattern_short_seconds: 'A short call is below', pattern_short_seconds_unit: 'seconds', pattern_short_share: 'Share of short calls at least', pattern_followed_share: 'Share followed by anything at most', pattern_follow_hours: 'Followed within', pattern_follow_hours_unit: 'hours', pattern_least: 'No judgement below', pattern_least_unit: 'calls',
    },
    daily: {
      says: 'Every working day (by {{focus_calendar}}) at {{focus_at}}, each person is proposed {{focus_count}} focus customers.', focus: 'When they are proposed', name: 'Name', focus_count: 'A person and day', focus_count_unit: 'customers', focus_at: 'At what time', focus_calendar: 'By which working calendar',
      weights: 'Why they are proposed: points a reason', weights_help: 'Points add up, the highest come first; 0 turns a reason off.', focus_weights_task: 'A task is due today', focus_weights_enquiry: 'An enquiry is unanswered', focus_weights_closing: 'A deal is close to its expected day', focus_weights_rhythm: 'Their buying rhythm says it is time', focus_weights_event: 'The customer did something of late', focus_weights_silence: 'No contact for long', focus_weights_value: 'A large amount is open',
      report: 'Daily report', report_channel: 'The report goes to', report_channel_none: 'Only seen in Xingji',
    },
  },
}
