/** Signing up, templates, the roadmap, collisions. */
export const founding = {
  sign_up: {
    title: 'Make a place for your organisation', lead: 'Choose trade and size; it is ready in seconds, and everything can be changed later.', organisation: 'Company or team', person: 'Your name', login: 'Mobile or e-mail', login_hint: 'You have a login already? Use it with its password', password: 'Password', password_hint: 'At least 10 characters',
    size: 'How many people', sizes: { s: 'Fewer than 10', m: '50 to 200', l: '500 and more' }, template: 'Start from', empty: 'Empty', empty_hint: 'Leads, customers and deals only; the rest is yours', sample: 'With sample data', sample_hint: 'Invented leads, customers and colleagues, all marked 演示, removable in one click.', do: 'Create',
    contains: { sources: '{{count}} sources', dispatch: '{{count}} dispatch rows', fields: '{{count}} fields of the trade', roles: 'Roles', road: 'Roadmap', sample: 'Sample data', sample_text: '{{leads}} leads and {{customers}} customers, past and present' },
    mend_one: 'One thing to mend; nothing you typed is lost', mend_other: '{{count}} things to mend; nothing you typed is lost', making: 'Being made', step: { queued: 'Waiting its turn', schema: 'Making tables', pack: 'Installing {{what}}', people: 'People and rights', sample: 'Writing sample data', done: 'Done' },
    failed: 'It could not be made. Everything was cleaned up; try again.', again: 'Try again', ready: 'It is ready.', entering: 'Going in…', closed: 'Sign-up is not open here', closed_help: 'Ask an administrator for an invitation; whoever runs this opens sign-up (XINGJI_SIGN_UP).', to_sign_in: 'Sign in',
  },
  roadmap: {
    of: '{{done}} of {{of}}', size: 'Size', head_next: '{{done}} of {{of}} done; next: {{name}}', head_done: 'The whole road is done ({{of}} steps)', other_size: 'The road of another size; yours is {{size}}', reckoned: 'Done is reckoned from real use: a lead received, a definition published, people who can sign in. Sample data does not count.',
    state: { done: 'Done', next: 'Next', open: 'To do', later: 'Later release' },
    sample: 'Sample data is here: {{leads}} leads, {{customers}} customers, {{people}} invented colleagues', sample_remove: 'Remove sample data', sample_going: 'Removing…', sample_who: 'An administrator removes it',
  },
  collision: {
    count_one: 'One collision waits for a ruling', count_other: '{{count}} collisions wait for a ruling', none: 'No collisions', none_help: 'A customer whom two people touched within 30 days appears here.', rule: 'Rule', look: 'See both sides', fold: 'Close', elsewhere: 'The other side is with {{team}}', elsewhere_help: 'Their customer data is closed to you; who sees both sides rules', other_team: 'another team',
    since: 'Since {{at}}', last: 'last touch {{at}}', open_lead: 'Open lead', claimed: 'claimed', continues: 'Who goes on', share: 'Share of who goes on (%)', bad_share: 'A number from 0 to 100; the two together make 100 %', share_rest: '{{name}} gets {{rest}} %', reason: 'Reason (both will read it)', do: 'Give the ruling', what_happens: 'The other lead passes to who goes on; split and reason stay with both', ruled: 'Ruled; both were told',
    event: { touch_response: 'First response', touch_followup: 'Effective follow-up', touch_note: 'Note', lead_received: 'Received', lead_created: 'Created', lead_assigned: 'Assigned', lead_returned: 'Back to the pool' },
  },
}
