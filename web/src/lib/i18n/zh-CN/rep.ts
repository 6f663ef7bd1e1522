/** Words of the rep's and the supervisor's daily screens that come with their routes. */
export const rep = {
  rep: {
    home: '登录后先看', homes: { workbench: '工作台', board: '团队看板', morning: '晨报', channels: '线索热力图', payments: '商机和回款', leads: '线索', settings: '配置' },
    next: { pick: '领取这条线索', first_contact: '打电话', do_task: '到期：{{task}}', scheduled: '{{at}}：{{task}}', schedule: '约下次跟进', convert: '转为客户', open_deal: '已转为客户', assign: '分配负责人', give_solution: '给出方案', none: '已处理完' },
    why: { pick: '没有人负责，领取后由你联系。', first_contact: '还没有人联系过。联系后一点即记录。', do_task: '{{at}} 到期，做完点“完成”。', scheduled: '下一步已约好，到时会提醒你。', schedule: '已经联系过，还没有约下一步。', convert: '需求已确认，可以建立客户和商机。', open_deal: '后续在商机里推进。', assign: '没有人负责，也不在公海。', give_solution: '加急需求：已答复，还欠一份方案。{{at}}', none: '这条线索不需要再处理。' },
    arrange: '约下次跟进', arrange_at: '约 {{at}} 联系', open_deal: '打开商机', open_customer: '打开客户', triggered: '这次录入触发了',
    when: { three: '3 天后', week: '一周后', own: '选时间', do: '约定', future: '选一个以后的时间' },
  },
  notice: {
    saved: '通知设置已保存', unchanged: '没有改动', held: '有 {{count}} 条消息等到可以打扰时再发',
    head: { none: '随时通知我', outside_hours: '只在{{calendar}}的工作时间通知我', hours: '{{from}}–{{to}} 不打扰' },
    quiet: '安静时段', mode: { none: '不设，随时通知', outside_hours: '工作时间以外不打扰（按你的日历“{{calendar}}”，节假日和调休算在内）', hours: '每天固定时段不打扰' }, from: '从', to: '到',
    quiet_help: '站内消息照常到达，企业微信等渠道的消息等到时段结束合成一条再发。只有规则里写明“立即打扰”的提醒例外。',
    kinds: '哪些消息提醒我', kinds_help: '不勾选的种类直接记为已读，也不发到任何渠道。', channels: '通过哪些渠道', inbox_always: '站内消息（一直有）', guard: '不刷屏', most: '同一种消息每小时最多单独发几条', most_help: '超出的部分到整点合成一条。',
  },
  heat_found: {
    slow: '{{day}} {{hour}} 点{{channel}}的 {{leads}} 条线索，首响中位数 {{median}}，是整体的 {{times}} 倍。', sample: '其中 {{answered}} 条有首响，{{slower}} 条慢于整体中位数 {{typical}}（工作时间）。', rows: '看这些线索',
    day: { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' },
  },
  pool_told: {
    left: '今天还能领', holding: '在手', cool_down: '冷却期', days: '天', rules: '这个公海的规则', and: '、', hidden: '领取之前看不到：{{fields}}', cooling: '放回公海后 {{days}} 天内，原负责人不能再领', mine_until: '你曾负责，{{at}} 后可再领',
    returns: '{{days}} 天没有有效跟进就收回', returns_when: '{{when}}：{{days}} 天没有有效跟进就收回', unless: '（{{unless}}除外）', warned: '，提前 {{days}} 天预警', protected: '不会收回：{{when}}', because: { sla: '超时未响应', idle: '久无跟进', manual: '人工放回' },
  },
  date_box: { wrong: '「{{typed}}」不是日期，例如 {{example}}' },
  customer: {
    owner_is: '由 {{owner}} 负责', open_deals: '在谈 {{count}} 单 {{sum}}', no_deals: '没有在谈的商机', followed: '最近有效跟进 {{at}}', never_followed: '还没有有效跟进', contacts: '联系人', no_contacts: '还没有联系人', no_leads: '没有线索', team: '谁在跟这个客户', part: { customer: '客户', deal: '商机', lead: '线索' },
  },
  team_inbox: { title: '团队收件箱', waiting: '等待首响', unowned: '没人负责', tasks: '到期任务', take: '接手', take_of: '接手{{title}}', taken: '{{title}}已由你接手', reason: '主管接手', no_unowned: '没有无人负责的线索', no_tasks: '没有到期的任务' },
  hand_all: { by_person: '每个人分到多少（点数字看线索）', menu: '{{name}}手上的全部转交', leads: '转交在手线索…', customers: '转交客户…', deals: '转交在谈商机…', behind: '{{name}}分到的线索', behind_good: '{{name}}分到的 A 类线索', unseen: '另有 {{count}} 条你无权查看', action: { dispatched: '派单', reassigned: '转交', picked: '领取' } },
}
