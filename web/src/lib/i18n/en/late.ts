/** Words of the lead page, heat map, pools and team board: they come with the rest, not before the first paint. */
export const late = {
  event: {
    system: 'System', answered: 'customer responded', not_answered: 'no answer', updated: '{{who}} changed the facts', created: '{{who}} created the record', touch_note: '{{who}} wrote a note', lead_received: 'Lead arrived {{source}}', lead_created: 'Lead created', lead_deleted: '{{who}} deleted the lead', lead_restored: '{{who}} restored the lead',
    lead_assigned: '{{by}} assigned it to {{owner}}', lead_picked: '{{owner}} picked it from {{pool}}', lead_returned: 'Returned to {{pool}}', lead_converted: '{{who}} converted it', lead_unconverted: '{{who}} undid the conversion', lead_merged: '{{who}} merged a duplicate', lead_unmerged: '{{who}} undid a merge', lead_linked: '{{who}} linked it to a customer', lead_pooled: 'The table put it into {{pool}}', lead_enquired: 'The same customer asked again', customer_name_seen: 'Asked under a new name: perhaps renamed', lead_joined: 'The same customer asked again; joined here', lead_duplicate: 'Delivered twice; joined',
    page_viewed: 'Customer viewed {{title}}', rule_acted: 'Rule: {{rule}}', rule_escalated: 'Escalated to {{owner}}', timer_fired: 'Time is up: {{rule}}', task_created: 'Task made: {{title}}', task_done: 'Task finished: {{title}}', lead_reminded: 'Reminded {{owner}}', lead_escalated: 'Escalated to {{owner}}', message_sent: 'Message sent: {{title}}',
    by: { dispatch: 'The dispatch table', manual: 'By hand: someone', pick: 'A pick', rule: 'A rule', system: 'The system', import: 'An import', transfer: 'A transfer' },
    touch_out: { call: '{{who}} called', message: '{{who}} sent a message', meeting: '{{who}} met the customer', visit: '{{who}} visited the customer', form_reply: '{{who}} answered the form' },
    touch_in: { call: 'Customer called', message: 'Customer replied', meeting: 'Customer came by', visit: 'Customer came by', form_reply: 'Customer answered a form' },
  },
  ledger: {
    why: 'Why this person', none: 'No dispatch yet', none_help: 'Dispatch, returns, picks and hand-overs are kept here.', nobody: 'nobody', by_row: 'Row that matched: {{rule}}', version: 'table version {{version}}', candidates_one: '{{count}} candidate', candidates_other: '{{count}} candidates', person: 'Candidate', weight: 'Weight', load: 'Open/limit', result: 'Result', chosen: 'chosen', taken_back: 'taken back', lower: 'lower weight',
    action: { dispatched: 'Dispatched', reassigned: 'Handed over', returned: 'Returned', picked: 'Picked', held: 'Held', transferred: 'Transferred', pooled: 'To the pool' },
    excluded: { leave: 'on leave', capacity: 'hands full', daily_limit: 'today’s limit reached', per_day: 'today’s limit reached', calendar: 'outside working hours', cap: 'above the cap over the mean', inactive: 'inactive', preference: 'other preferences', not_team: 'not in that team', trainee: 'trainee' },
  },
  history: { at: 'When', who: 'Who', what: 'What', none: 'Never changed' },
  runs: { none: 'No rule has acted on it yet', outcome: { acted: 'Acted', cooled_down: 'Cooling down', once: 'Once only', stopped_depth: 'Stopped: depth', stopped_fan_out: 'Stopped: fan-out', failed: 'Failed' } },
  heat: {
    title: 'When leads arrive', caption: '{{measure}} by hour and channel', range_label: 'Window', measure_label: 'Measure', range: { today: 'Today', week: 'Last 7 days', month: 'This month', year: 'Last year' }, measure: { inflow: 'Inflow', first_response: 'First response', follow_24h: '24-hour follow-up', conv_72h: '72-hour conversion' },
    unit: { inflow: 'by hour and channel', first_response: 'median first response, minutes', follow_24h: 'effective follow-up within 24 hours (wall time), %', conv_72h: 'converted within 72 hours (wall time), %' },
    total: 'Total', total_leads_one: '{{count}} lead', total_leads_other: '{{count}} leads', press: 'press a cell for its leads', less: 'few', more: 'many', none: 'none', hour: '{{hour}}:00', no_channel: '(no channel)', cell: '{{channel}} at {{hour}}: {{value}}, {{count}} overdue', empty: 'No leads in this window', empty_help: 'Try another window.',
    finding_head: 'Between {{from}} and {{to}} leads wait most: ', finding: '{{count}} of {{leads}} from {{channel}} are overdue, {{share}}% of all that are.', remedy: 'Adjust the dispatch table', behind: '{{channel}} at {{hour}}:00', log_of: 'Log of {{title}}', open_lead: 'Open lead', choose_lead: 'Choose a lead to see its log', channels: 'Conversion by channel', channel: 'Channel',
    column: { leads: 'Leads', wins: 'Wins', conversion: 'Conversion', median: 'Median lag (days)', mean: 'Mean lag (days)' },
  },
  pool: {
    head_one: '{{name}}: {{shown}} lead', head_other: '{{name}}: {{shown}} leads', none: 'No pool you may see', none_help: 'Pools are set up in the settings.', empty: 'The pool is empty', empty_help: 'Leads nobody works return here.', left_one: '{{count}} more may be picked today (of {{limit}})', left_other: '{{count}} more may be picked today (of {{limit}})', manager_only: 'A manager assigns from this pool; it cannot be picked from', since: 'since {{at}}', before: 'before: {{owner}}', picked: 'Picked. It is yours now', limit_reached: 'Today’s picks are used up', cannot_pick: 'Your role cannot pick here',
  },
  team: { head_one: '{{told}} lead overdue, with {{people}} people', head_other: '{{told}} leads overdue, with {{people}} people', head_clear_one: 'Nothing overdue, {{count}} in time', head_clear_other: 'Nothing overdue, {{count}} in time', overdue: 'Overdue leads', people: 'In each hand', nobody: 'Nobody has a lead waiting' },
}
