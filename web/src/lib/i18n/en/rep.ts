/** Words of the rep's and the supervisor's daily screens that come with their routes. */
export const rep = {
  rep: {
    home: 'First screen after signing in', homes: { workbench: 'Workbench', board: 'Team board', morning: 'Morning page', channels: 'Lead heat map', payments: 'Deals and payments', leads: 'Leads', settings: 'Settings' },
    next: { pick: 'Pick this lead', first_contact: 'Call', do_task: 'Due: {{task}}', scheduled: '{{at}}: {{task}}', schedule: 'Arrange the next contact', convert: 'Convert to customer', open_deal: 'Converted to a customer', assign: 'Assign an owner', give_solution: 'Give the solution', none: 'Nothing left to do' },
    why: { pick: 'Nobody owns it. Pick it and it is yours to contact.', first_contact: 'Nobody has made contact yet. One tap records it.', do_task: 'Due {{at}}. Press Done when it is.', scheduled: 'The next step is arranged; you will be reminded.', schedule: 'Contact was made, and no next step is arranged.', convert: 'The need is confirmed; customer and deal can be made.', open_deal: 'It goes on in the deal.', assign: 'Nobody owns it and it is in no pool.', give_solution: 'Urgent: answered, and the solution is still owed. {{at}}', none: 'This lead needs nothing more.' },
    arrange: 'Arrange the next contact', arrange_at: 'Call back {{at}}', open_deal: 'Open the deal', open_customer: 'Open the customer', triggered: 'What this entry set off',
    when: { three: 'In 3 days', week: 'In a week', own: 'Choose a time', do: 'Arrange', future: 'Choose a time to come' },
  },
  notice: {
    saved: 'Notification settings saved', unchanged: 'Nothing has changed', held: '{{count}} messages wait until you may be disturbed',
    head: { none: 'Notify me at any time', outside_hours: 'Notify me in the working hours of {{calendar}} only', hours: 'Do not disturb {{from}}–{{to}}' },
    quiet: 'Quiet hours', mode: { none: 'None, notify at any time', outside_hours: 'Outside working hours (your calendar “{{calendar}}”, holidays and make-up days included)', hours: 'The same hours every day' }, from: 'From', to: 'To',
    quiet_help: 'The inbox has everything at once; messages through other channels wait for the end of the quiet hours and come as one. Only a reminder whose rule says “disturb at once” is an exception.',
    kinds: 'What to notify me of', kinds_help: 'Kinds that are not ticked count as read and go to no channel.', channels: 'Through which channels', inbox_always: 'In-app inbox (always)', guard: 'Not too many', most: 'Most single messages of one kind an hour', most_help: 'What is beyond comes as one at the full hour.',
  },
  heat_found: {
    slow: '{{leads}} leads from {{channel}} on {{day}} at {{hour}}: median first response {{median}}, {{times}} times the overall.', sample: '{{answered}} of them were answered, {{slower}} slower than the overall median of {{typical}} (working time).', rows: 'See these leads',
    day: { 1: 'Mondays', 2: 'Tuesdays', 3: 'Wednesdays', 4: 'Thursdays', 5: 'Fridays', 6: 'Saturdays', 7: 'Sundays' },
  },
  pool_told: {
    left: 'Picks left today', holding: 'Held', cool_down: 'Cool-down', days: 'days', rules: 'Rules of this pool', and: ', ', hidden: 'Hidden until picked: {{fields}}', cooling: 'For {{days}} days after a return its former owner may not pick it', mine_until: 'Yours before; free to you from {{at}}',
    returns: 'Returns after {{days}} days without an effective follow-up', returns_when: '{{when}}: returns after {{days}} days without an effective follow-up', unless: ' (except {{unless}})', warned: ', warned {{days}} days before', protected: 'Never returns: {{when}}', because: { sla: 'Not answered in time', idle: 'Long without follow-up', manual: 'Put back by hand' },
  },
  date_box: { wrong: '“{{typed}}” is no date; for example {{example}}' },
  customer: {
    owner_is: '{{owner}} is in charge', open_deals: '{{count}} open deals {{sum}}', no_deals: 'No open deals', followed: 'Last effective follow-up {{at}}', never_followed: 'No effective follow-up yet', contacts: 'Contacts', no_contacts: 'No contacts yet', no_leads: 'No leads', team: 'Who works on this customer', part: { customer: 'Customer', deal: 'Deal', lead: 'Lead' },
  },
  team_inbox: { title: 'Team inbox', waiting: 'Unanswered', unowned: 'Nobody’s', tasks: 'Late tasks', take: 'Take over', take_of: 'Take over {{title}}', taken: '{{title}} is yours now', reason: 'Taken over by the supervisor', no_unowned: 'No lead is without an owner', no_tasks: 'No task is late' },
  hand_all: { by_person: 'What each person was given (press a number for its leads)', menu: 'Hand over everything of {{name}}', leads: 'Hand over open leads…', customers: 'Hand over customers…', deals: 'Hand over open deals…', behind: 'Leads given to {{name}}', behind_good: 'A leads given to {{name}}', unseen: '{{count}} more you may not read', action: { dispatched: 'Dispatched', reassigned: 'Handed over', picked: 'Picked' } },
}
