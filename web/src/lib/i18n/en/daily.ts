/** Words of the workbench beyond the frame: one-tap contacts, focus customers, figures. */
export const daily = {
  daily: { rows_behind: 'See the rows' },
  figure: { window_one: 'Last {{count}} day', window_other: 'Last {{count}} days', entry_effective: 'Effective entries', lead_first_response: 'First response', lead_on_time: 'In time', lead_follow_24h: 'Followed up in 24 h', lead_follow_48h: 'Followed up in 48 h', lead_follow_72h: 'Followed up in 72 h', lead_unassigned_72h: 'Unassigned over 72 h' },
  one_tap: {
    next: 'Scheduled for {{at}}: {{name}}', nothing: 'It triggered no next step', taken_back: 'Taken back', logged: { call: 'Recorded: called (claimed)', message: 'Recorded: message sent (claimed)' }, title: '{{title}}: how did the call go', triggered: 'What this entry set off', clock_stopped: 'The response clock has stopped', answered: 'Answered', missed: 'No answer', later: 'Call back', call_back: 'Call back {{title}}', task_made: 'Task to call back made for {{at}}',
  },
  focus: {
    title: 'Today’s {{count}} focus customers', confirmed_count: '{{done}}/{{count}} confirmed', none: 'No focus customers today', none_help: 'Proposed each working morning from deals, tasks and what customers did.', confirm: 'Confirm', confirmed: 'Confirmed', more: 'More for {{title}}', swap: 'Swap ({{count}} more)', skip: 'Skip…', reopen: 'Take back', skip_reason: 'Why skip it', skip_do: 'Skip', reason_missing: 'Write a reason',
    new: '{{count}} new:', nothing_new: 'Nothing new since {{at}}', done: { confirm: 'Confirmed for today', swap: 'Swapped', skip: 'Skipped', reopen: 'Taken back' },
    kind: { call: 'call', message: 'message', meeting: 'meeting', visit: 'visit', form_reply: 'form' },
    news: { page: 'opened “{{title}}”', in: 'the customer’s {{kind}}', answered: '{{kind}} answered', out: 'our {{kind}}', touch_note: 'a note', lead_enquired: 'asked again', lead_created: 'a new enquiry', lead_converted: 'lead converted', deal_created: 'a new deal', other: 'updated' },
  },
  report: { today: 'Today’s report', read_team: 'Read the team’s reports', written_for_you: 'Written from today’s records, add a sentence' },
}
