/** Words of the workbench beyond the frame: one-tap contacts, focus customers, figures. */
export const daily = {
  daily: { rows_behind: '看明细' },
  figure: { window: '近 {{count}} 天', entry_effective: '有效录入', lead_first_response: '首次响应', lead_on_time: '按时率', lead_follow_24h: '24 小时跟进', lead_follow_48h: '48 小时跟进', lead_follow_72h: '72 小时跟进', lead_unassigned_72h: '超 72 小时未分配' },
  one_tap: {
    next: '已排定 {{at}}：{{name}}', nothing: '没有触发下一步', taken_back: '已撤回这次记录', logged: { call: '已记录：打了电话（自报）', message: '已记录：发了消息（自报）' }, title: '{{title}}：电话结果', triggered: '这次记录带来的', clock_stopped: '响应时限已停止', answered: '接通', missed: '未接', later: '约了时间', call_back: '回访 {{title}}', task_made: '已生成 {{at}} 的回访任务',
  },
  focus: {
    title: '今天的 {{count}} 位重点客户', confirmed_count: '已确认 {{done}}/{{count}}', none: '今天没有重点客户', none_help: '每个工作日早上按商机、任务和客户动作推荐。', confirm: '确认', confirmed: '已确认', more: '{{title}}的更多操作', swap: '换一位（还有 {{count}} 位）', skip: '跳过…', reopen: '撤回确认', skip_reason: '为什么跳过', skip_do: '跳过', reason_missing: '写一句原因',
    new: '{{count}} 条新动态：', nothing_new: '{{at}} 之后没有新动态', done: { confirm: '已确认为今天的重点', swap: '已换一位', skip: '已跳过', reopen: '已撤回' },
    kind: { call: '电话', message: '消息', meeting: '见面', visit: '拜访', form_reply: '表单' },
    news: { page: '打开了“{{title}}”', in: '客户来{{kind}}', answered: '{{kind}}有回应', out: '我方{{kind}}', touch_note: '写了备注', lead_enquired: '又来询价', lead_created: '新的询价', lead_converted: '线索转为客户', deal_created: '新建了商机', other: '有更新' },
  },
  report: { today: '今天的日报', read_team: '看团队的日报和周报', written_for_you: '已按今天的记录写好，补一句即可' },
}
