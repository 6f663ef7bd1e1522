/** Definitions that are a handful of settings: coverage, audit plan, monitoring register, the working day. */
export const plain = {
  metric_log: { of: { entries: '手工录入', values: '填入的字段值' }, share: { effective: '有效的占比', spared: '不用人填的占比' }, counts: '怎样算有效', counts_help: '一次录入满足任意一条就算有效；都不选等于全选。', count: { touch_response: '停住了响应时限', touch_followup: '算有效跟进', rule: '触发了规则的动作' }, by: { owner: '人员', day: '天', week: '周', month: '月' } },
  known: { title: '免填 {{count}} 项：系统已经知道', from: '取自{{of}}', change: '我来填', change_of: '改填{{name}}', origins: '值从哪来', spared: '{{filled}} 项内容里，{{spared}} 项不用人填',
    by: { person: '{{who}}填写', known: '取自{{of}}', source: '取自{{of}}', system: '系统带入', import: '导入', history: '历史迁移' }, field: '免填：从哪里取', field_hint: '新建时如果没填，就从关联的记录里取；填了的以填的为准。', field_none: '不免填', field_own: '自己写表达式', expression: '免填的表达式' },
  // Words of conditions on a record's past: met in a risk alone.
  past: { since_event: '距上次发生的天数', changes: '字段改过几次', days: '天数', a_number: '数字', limit_named: '阈值：{{name}}', compared_with: '{{label}}：与什么比', days_over: '已过天数多于', days_under: '已过天数少于' },
  plain: {
    comes_to: '这份配置的意思', empty_is: '留空按 {{value}}', weekday: { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' },
    event: { touch_inbound: '客户主动联系', lead_received: '收到线索', lead_assigned: '线索分配', lead_enquired: '客户再次询价', lead_urgent_raised: '标为加急', customer_bought: '客户成交', lead_converted: '线索转化', page_viewed: '客户浏览页面', report_sent: '发送匹配报告' },
    coverage: {
      says: '{{items}} 个标准动作；自己该做的做到 {{rep_from}} 算达标，目标是 {{target}} 的人达标。', basics: '怎么算达标', name: '名称', result: '对照哪种记录的赢单率', rep_from: '一个人做到多少算达标', target: '目标：多少人达标',
      actions: '标准动作：{{count}} 个', add: '加一个动作', none: '还没有标准动作，加一个才能发布。',
      item: { name: '动作名称', object: '在哪种记录上', after: '发生什么之后该做', done: '出现什么算做到', done_help: '任意一个即可；自己登记的联系不算。', hours: '多久之内', hours_unit: '小时（自然时间）' },
    },
    follow_up: {
      says: '{{object}}符合条件时，给负责人排好 {{items}} 步跟进；小时按{{calendar}}的工作时间，天按自然日。', basics: '什么时候用', name: '名称', object: '对象', starts: '发生什么时开始', starts_help: '每条记录只排一次。', calendar: '按哪个工作日历', when: '只用于符合这些条件的',
      steps: '步骤：{{count}} 步', add: '加一步', none: '还没有步骤，加一步才能发布。',
      item: { name: '做什么', hours: '多久之内', hours_unit: '工作小时', hours_help: '小时或天，填一个。', days: '或者几天之内', days_unit: '天', note: '说明' },
    },
    audit_plan: {
      says: '每{{weekday}} {{at}}，从{{object}}里抽 {{share}}（至少 {{least}} 单），由{{role}}来审。', whom: '从哪些记录里抽', name: '名称', object: '对象', of: '只抽符合这些条件的', draw: '怎么抽', draw_help: '随机抽取，种子和候选名单留存，任何人可以重算。', share: '抽多少', least: '每次至少', least_unit: '单', weekday: '星期几抽', at: '几点抽', role: '谁来审', role_help: '这个角色要有「过程审计」的权限。',
    },
    monitoring: {
      says: '只对确认过的人计算；本人和{{seen_by}}可见，保存 {{keep_days}} 天。', told: '告知内容', told_help: '每个人会看到这段话，确认之后才会计算；发布新版本后要重新确认。', name: '名称', records: '记录什么', why: '为什么记录', bounds: '谁能看，存多久', seen_by: '除本人外谁能看到', keep_days: '保存多久', keep_days_unit: '天', calendar: '只看哪个日历的工作时间',
      pattern: '「忙而无效」怎么判断', pattern_help: '下面全部满足才提示，并且本人先看到。', pattern_days: '看最近多少天', pattern_days_unit: '天', pattern_per_day: '日均通话不少于', pattern_per_day_unit: '通', pattern_short_seconds: '短通话：少于', pattern_short_seconds_unit: '秒', pattern_short_share: '短通话占比不低于', pattern_followed_share: '之后有动作的占比不高于', pattern_follow_hours: '通话后多久内算有动作', pattern_follow_hours_unit: '小时', pattern_least: '少于多少通不下判断', pattern_least_unit: '通',
    },
    daily: {
      says: '每个上班日（按{{focus_calendar}}）{{focus_at}}，给每人推荐 {{focus_count}} 位重点客户。', focus: '每天什么时候推荐', name: '名称', focus_count: '每人每天几位', focus_count_unit: '位', focus_at: '几点推荐', focus_calendar: '按哪个工作日历',
      weights: '凭什么推荐：每个理由多少分', weights_help: '分数加起来，高的排前面；填 0 就不用这个理由。', focus_weights_task: '今天有到期的任务', focus_weights_enquiry: '有没回的询价', focus_weights_closing: '商机快到预计成交日', focus_weights_rhythm: '到了复购的节奏', focus_weights_event: '客户最近有动静', focus_weights_silence: '很久没联系', focus_weights_value: '在手金额大',
      report: '日报', report_channel: '日报发到哪个渠道', report_channel_none: '只在行迹里看',
    },
  },
}
