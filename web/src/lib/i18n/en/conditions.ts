export const conditions = {
  condition: {
    label: 'Condition', one: 'Condition', own_fields: 'Fields of this object', province: 'Province', of: '{{of}}: {{field}}', happened: 'What happened', events: 'Number of events', changed: 'Fields changed just now', value_of: 'Value of {{field}}',
    add: 'Add condition', add_group: 'Add group', remove: 'Remove this part', none: 'No condition: always true', none_inside: 'No condition in this group yet', and: 'and', or: 'or', unfinished: 'A condition is unfinished; it counts once it is complete',
    as_text: 'Edit as expression', as_parts: 'Edit as conditions', to_visual: 'Show as conditions', at: 'Line {{line}}, column {{column}}:', window: 'Time range', within_last: 'in the last', ever: 'ever', window_value: 'Length of time', which_events: 'Which events', times: 'How often', times_unit: 'times',
    join: { label: 'How they are joined', all: 'All of these', any: 'Any of these', not_all: 'Not all of these', not_any: 'None of these' },
    op: {
      contains: 'contains', is: 'is', is_not: 'is not', in: 'is one of', not_in: 'is none of', starts: 'starts with', ends: 'ends with', empty: 'is empty', filled: 'is not empty', at_least: 'is at least', above: 'is more than', at_most: 'is at most', below: 'is less than',
      after: 'is not before', before: 'is before', later: 'is after', until: 'is not after', on: 'is on', older: 'is longer ago than', within: 'is within the last', working_over: 'is longer ago than (working minutes)', due_within: 'comes within', due_after: 'comes later than in', weekday: 'falls on', hour_from: 'hour is at least', hour_until: 'hour is before',
      yes: 'is yes', no: 'is no', me: 'is me', not_me: 'is not me', my_people: 'is me or my people', in_team: 'is in team', not_in_team: 'is not in team', has: 'has any of', lacks: 'has none of', in_region: 'is in region', not_in_region: 'is not in region',
    },
    unit: { label: 'Unit of time', s: 'seconds', m: 'minutes', h: 'hours', d: 'days', ms: 'milliseconds', us: 'microseconds' },
    day: { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' },
    event: { touch_response: 'Response', touch_followup: 'Effective follow-up', touch_inbound: 'Inbound touch', touch_note: 'Note', page_viewed: 'Page view', lead_enquired: 'Further enquiry', lead_assigned: 'Lead assigned', lead_picked: 'Lead picked', lead_returned: 'Lead returned', lead_converted: 'Lead converted' },
  },
}
