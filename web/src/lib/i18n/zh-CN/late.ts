/** Words of the lead page, heat map, pools and team board: they come with the rest, not before the first paint. */
export const late = {
  event: {
    system: '系统', answered: '客户有回应', not_answered: '未接通', updated: '{{who}}修改了信息', created: '{{who}}建立了记录', touch_note: '{{who}}写了备注', lead_received: '线索到达 {{source}}', lead_created: '线索建立', lead_deleted: '{{who}}删除了线索', lead_restored: '{{who}}恢复了线索',
    lead_assigned: '{{by}}分给{{owner}}', lead_picked: '{{owner}}从{{pool}}领取', lead_returned: '退回{{pool}}', lead_converted: '{{who}}转为客户', lead_unconverted: '{{who}}撤销了转化', lead_merged: '{{who}}合并了重复线索', lead_unmerged: '{{who}}撤销了合并', lead_linked: '{{who}}关联到客户', lead_pooled: '派单表放入{{pool}}', lead_urgent_raised: '加急开始计时：2 个工作小时内答复，24 小时内给方案', customer_bought: '有商机赢单，计入客户价值', lead_enquired: '同一客户再次询价', customer_name_seen: '以新名称来询价，可能已改名', lead_joined: '同一客户再次询价，并入本线索', lead_duplicate: '重复投递，已并入',
    page_viewed: '客户浏览了页面 {{title}}', rule_acted: '规则执行：{{rule}}', rule_escalated: '升级给{{owner}}', timer_fired: '定时到期：{{rule}}', task_created: '生成任务：{{title}}', task_done: '任务完成：{{title}}', lead_reminded: '提醒{{owner}}', lead_escalated: '升级给{{owner}}', message_sent: '发出消息：{{title}}',
    by: { dispatch: '派单表', manual: '手动', pick: '领取，', rule: '规则', system: '系统', import: '导入', transfer: '转交' },
    touch_out: { call: '{{who}}打了电话', message: '{{who}}发了消息', meeting: '{{who}}与客户见面', visit: '{{who}}上门拜访', form_reply: '{{who}}回复了表单' },
    touch_in: { call: '客户来电', message: '客户回复了消息', meeting: '客户来访', visit: '客户来访', form_reply: '客户回复了表单' },
  },
  ledger: {
    why: '为什么是他', none: '还没有派单记录', none_help: '派单、退回、领取和转交都会记在这里。', nobody: '无人', by_row: '命中规则行：{{rule}}', version: '派单表第 {{version}} 版', candidates: '{{count}} 位候选人', person: '候选人', weight: '权重', load: '在手/上限', result: '结果', chosen: '选中', taken_back: '已撤回', lower: '权重较低',
    action: { dispatched: '派单', reassigned: '转交', returned: '退回公海', picked: '领取', held: '暂留', transferred: '移交', pooled: '进入公海' },
    excluded: { leave: '请假', capacity: '在手线索已满', daily_limit: '今天已到上限', per_day: '今天已到上限', calendar: '不在工作时间', cap: '超过均值上限', inactive: '已停用', preference: '偏好不符', not_team: '不在该团队', trainee: '见习不参与' },
  },
  history: { at: '时间', who: '修改人', what: '变化', none: '还没有修改过' },
  runs: { none: '还没有规则对它执行过', outcome: { acted: '已执行', cooled_down: '冷却中', once: '只执行一次', stopped_depth: '层数过深已停', stopped_fan_out: '影响过多已停', failed: '失败' } },
  heat: {
    title: '线索到达时间', caption: '按小时和渠道的{{measure}}', range_label: '时间范围', measure_label: '指标', range: { today: '今天', week: '近 7 天', month: '本月', year: '近一年' }, measure: { inflow: '流入量', first_response: '首响时间', follow_24h: '24 小时跟进率', conv_72h: '72 小时转化率' },
    unit: { inflow: '按小时和渠道', first_response: '首响中位数，分钟', follow_24h: '24 小时（自然时间）内有效跟进，%', conv_72h: '72 小时（自然时间）内转化，%' },
    total: '合计', total_leads: '共 {{count}} 条', press: '点格子看名单', less: '少', more: '多', none: '无', hour: '{{hour}} 点', no_channel: '（未填渠道）', cell: '{{channel}} {{hour}} 点：{{value}}，{{count}} 条超时', empty: '这段时间没有线索', empty_help: '换一个时间范围看看。',
    finding_head: '{{from}}–{{to}} 点最容易没人接：', finding: '{{channel}} {{leads}} 条里有 {{count}} 条超时，占全部超时的 {{share}}%。', remedy: '调整派单表', behind: '{{channel}}，{{hour}} 点', log_of: '{{title}}的操作记录', open_lead: '打开线索', choose_lead: '选一条线索看操作记录', channels: '渠道转化', channel: '渠道',
    column: { leads: '线索', wins: '赢单', conversion: '转化率', median: '成交周期中位数（天）', mean: '成交周期均值（天）' },
  },
  pool: {
    head: '{{name}}：{{shown}} 条', none: '没有你能看的公海', none_help: '公海由管理员在配置里建立。', empty: '公海里没有线索', empty_help: '长时间没人处理的线索会回到这里。', left: '今天还能领取 {{count}} 条（每天 {{limit}} 条）', manager_only: '这个公海由经理指派，不能自己领取', since: '{{at}} 进入', before: '原负责人 {{owner}}', picked: '已领取，现在由你负责', limit_reached: '今天的领取次数用完了', cannot_pick: '你的角色不能从这里领取',
  },
  team: { head: '{{told}} 条线索已超时，涉及 {{people}} 人', head_clear: '没有超时的线索，{{count}} 条在时限内', overdue: '已超时的线索', people: '每个人手上', nobody: '没有人手上有等待响应的线索' },
}
