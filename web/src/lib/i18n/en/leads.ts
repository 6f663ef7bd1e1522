export const leads = {
  clock: { label: 'Response clock', overdue: 'Overdue', left: 'Left', until: 'Due', answered: 'Answered', pooled: 'In a pool', closed: 'Closed', stopped: 'Not running', next: 'Next: {{step}}, {{at}}' },
  lane: {
    vip: 'VIP', vip_help: 'VIP customer: a lane of its own, followed up by the template of the product line', urgent_help: 'Urgent: an answer within 2 working hours, a solution within 24 hours', tap: 'Solution given', logged: 'On record: solution given', give: 'Give the solution', marked: 'Marked urgent, the clocks run', unmarked: 'No longer urgent',
    answer: { overdue: 'Urgent, answer late', left: 'Urgent, to answer', until: 'Urgent, answer by', stopped: 'Urgent, unanswered', given: '' }, solution: { overdue: 'Urgent, solution late', left: 'Urgent, to solve', until: 'Urgent, solution by', given: 'Urgent, solved in', stopped: 'Urgent, unsolved' },
    since: 'VIP customer since {{at}}', why: 'Why VIP', by_hand: 'Marked by hand; no rule did it', starts: 'Its needs go straight to its advisers and are followed up by the template of the product line.',
  },
  lead: {
    new: 'New lead', owner_is: 'Owner {{owner}}', in_pool: 'In {{pool}}', no_owner: 'No owner yet', arrived: 'arrived {{at}}', from_history: 'Migrated, unverified', facts: 'Facts', tabs: 'Contents of the lead', no_events: 'Nothing has happened yet', more_events: 'Earlier', not_yours: 'This lead is not yours',
    tab: { timeline: 'Timeline', tasks: 'Tasks', ledger: 'Dispatch ledger', history: 'Changes', runs: 'Rule runs' },
  },
  next: {
    label: 'Next action', pick: 'Pick', assign: 'Assign', convert: 'Convert', call: 'Call', log: 'Log contact', menu: { urgent: 'Mark urgent', calm: 'No longer urgent', convert: 'Convert', unconvert: 'Undo conversion', assign: 'Hand over to…' },
    why: { overdue: 'The time to respond has passed. Log the contact below and the clock stops.', left: 'Contact the customer before {{at}}, then log it below.', until: 'Contact the customer before {{at}}, then log it below.' },
  },
  touch: {
    title: 'Log a touch', group: 'What happened', text: 'Add a sentence', placeholder: 'Add a sentence (optional), such as: wants a quote for 50 seats, call back on Thursday', help: 'Calls, messages and meetings stop the clock; notes do not. What you enter is marked as claimed.', claimed: 'claimed', claimed_help: 'Entered by the rep, not recorded by a system', not_counted: 'Noted, but this source counts recorded contact only; the clock runs on', note_needs_text: 'A note needs some text',
    tap: { call_answered: 'Call answered', call_missed: 'No answer', message: 'Sent a message', replied: 'Customer replied', meeting: 'Met', note: 'Note only' },
    logged: { call_answered: 'Logged: call answered', call_missed: 'Logged: no answer', message: 'Logged: message sent', replied: 'Logged: customer replied', meeting: 'Logged: meeting', note: 'Note saved' },
  },
  duplicate: {
    title_one: '{{count}} possible duplicate', title_other: '{{count}} possible duplicates', found_one: '{{count}} possible duplicate found', found_other: '{{count}} possible duplicates found', owned_elsewhere: 'Owned already ({{team}})', other_team: 'another team', preview: 'Preview merge', dismiss: 'Not the same', dismissed: 'Marked as not the same', merged: 'Merged', merge: 'Merge', preview_title: 'Merge preview', keep: 'Which one to keep', keep_this: 'Keep this one', keep_second: 'Keep the other', link: 'Link to this customer', linked: 'Linked to the customer', kept: 'Kept', other: 'Merged in', result: 'Afterwards', keeps_all: 'A merge keeps every event of both and can be undone.',
    moves: { events_one: '{{count}} event', events_other: '{{count}} events', tasks_one: '{{count}} task', tasks_other: '{{count}} tasks', touches_one: '{{count}} touch', touches_other: '{{count}} touches', ledger_one: '{{count}} ledger entry', ledger_other: '{{count}} ledger entries', records_one: '{{count}} related record', records_other: '{{count}} related records' },
    reason: { phone: 'same phone', mobile: 'same mobile', email: 'same e-mail', company: 'similar company name', wechat: 'same WeChat', uscc: 'same credit code', device: 'same device', name: 'similar name' },
  },
  capture: {
    more_one: '{{count}} more field', more_other: '{{count}} more fields', consent: 'How the customer agreed to be contacted (optional)', way: { asked: 'Asked us', card: 'Gave a card', phone: 'By phone', wechat: 'On WeChat', form: 'Signed up on site' }, invite: 'Paste a business card, a chat or a phone number', placeholder: 'Paste the text of a card, a chat or a phone number here', paste_title: 'Paste and recognise', fields_title: 'The lead', recognise: 'Recognise', paste_first: 'Paste something first', reading: 'Reading', found_one: '{{count}} field recognised', found_other: '{{count}} fields recognised', recognised: 'Recognised, please check', clear: 'Clear', save: 'Save lead', saved: 'Lead saved', nothing_yet: 'Fill in at least one field', duplicates: 'Duplicates', no_duplicates: 'No duplicates found', duplicates_help: 'Company, phone, e-mail and credit code are checked while you type.',
  },
  convert: { mend: 'Please mend what is marked first', needs_name: 'Give the deal a name, or untick it', title: 'Convert {{title}}', help: 'Creates or links customer and contact and marks the lead as converted. It can be undone and deletes nothing.', with_deal: 'Open a deal too', deal_name: 'Name of the deal', deal_amount: 'Expected amount', amount_hint: 'in yuan', do: 'Convert', done: 'Converted', undone: 'Conversion undone' },
  assign: { needs: 'Choose who gets it first', title: 'Hand over {{title}}', to: 'Hand over to', person: 'Colleague', pool: 'Pool', reason: 'Reason', reason_hint: 'Kept in the dispatch ledger', do: 'Hand over', done: 'Handed over' },
}
