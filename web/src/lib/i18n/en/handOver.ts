/** Words of handing over everything a person has. */
export const handOver = {
  hand_over: {
    menu: 'Hand over all to several…', title: 'Hand over everything of {{name}}', holds: '{{name}} holds: {{what}}. Choose who takes over.', nothing: '{{name}} holds nothing to hand over', choose_first: 'Choose who takes over first', many: 'More than {{most}} of one kind: {{most}} are handed over now; then do it once more.',
    way: 'How to share', ways: { even: 'Evenly', load: 'More to who holds less' }, away: 'on leave', plan: 'What each takes over', help: 'Deals, contacts and tasks go with their customer; nothing of one customer is parted.', check: 'Check', do: 'Hand over {{count}}', done: '{{count}} of {{name}} went to {{people}} people',
  },
}
