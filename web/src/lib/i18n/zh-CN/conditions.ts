export const conditions = {
  condition: {
    label: '条件', one: '条件', own_fields: '本对象的字段', province: '省份', of: '{{of}}的{{field}}', happened: '发生过的事', events: '事件次数', changed: '本次改动的字段', value_of: '{{field}}的值',
    add: '添加条件', add_group: '添加条件组', remove: '移除这一条', none: '没有条件：总是成立', none_inside: '这一组还没有条件', and: '且', or: '或', unfinished: '还有条件没填完，补全后生效',
    as_text: '用表达式编辑', as_parts: '用条件编辑', to_visual: '换成可视条件', at: '第 {{line}} 行第 {{column}} 列：', window: '时间范围', within_last: '最近', ever: '任何时候', window_value: '时间长度', which_events: '哪些事件', times: '次数', times_unit: '次',
    join: { label: '满足方式', all: '全部满足', any: '满足任意一条', not_all: '不同时满足', not_any: '一条都不满足' },
    op: {
      contains: '包含', is: '等于', is_not: '不等于', in: '是以下之一', not_in: '不是以下任何一个', starts: '开头是', ends: '结尾是', empty: '为空', filled: '不为空', at_least: '不低于', above: '大于', at_most: '不超过', below: '小于',
      after: '不早于', before: '早于', later: '晚于', until: '不晚于', on: '是这一天', older: '已超过', within: '在最近…以内', working_over: '已超过（工作时间，分钟）', due_within: '将在…以内到', due_after: '还有超过…才到', weekday: '是星期', hour_from: '钟点不早于', hour_until: '钟点早于',
      yes: '为是', no: '为否', me: '是我', not_me: '不是我', my_people: '是我或我的下属', in_team: '在团队', not_in_team: '不在团队', has: '含有任意一个', lacks: '不含', in_region: '在区域', not_in_region: '不在区域',
    },
    unit: { label: '时间单位', s: '秒', m: '分钟', h: '小时', d: '天', ms: '毫秒', us: '微秒' },
    day: { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' },
    event: { touch_response: '响应', touch_followup: '有效跟进', touch_inbound: '客户来话', touch_note: '备注', page_viewed: '浏览页面', lead_enquired: '再次询盘', lead_assigned: '线索分配', lead_picked: '领取线索', lead_returned: '退回公海', lead_converted: '线索转化' },
  },
}
