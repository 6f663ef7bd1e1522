export const playbook = {
  playbook: {
    key: '标识 {{key}}', name: '名称', follows: '哪些记录跟随这套打法', object: '对象', field: '阶段字段', win_at: '赢单到哪一阶段为止', last_stage: '最后一个阶段', when: '只用于满足这些条件的记录', flow: '流程：{{count}} 个阶段', moves_listed: '只有画出来的箭头能走', moves_free: '没有画流转：可以去任何阶段', add_stage: '添加阶段', no_stages: '还没有阶段', drag_hint: '拖动方框调整先后；从方框边上的点拉到另一个阶段，就多一条流转。', earlier: '前移', later: '后移', first: '已是第一个', last: '已是最后一个',
    box: '{{actions}} 个动作，{{rules}} 个条件', no_limit: '无时限', wrong: '{{count}} 处问题', limit: '时限（工作小时）', progress: '进度（%）', chance: '赢单概率（%）', chance_hint: '历史数据足够以前先用这个数', remove_stage: '移除阶段', remove_move: '移除流转', remove: '移除{{name}}', move: '移动{{name}}',
    actions: '必做动作', actions_hint: '建议 3–5 个', add_action: '添加动作', new_action: '新动作', no_actions: '还没有必做动作', by: '谁来做', required: '必做', nobody: '不需要', confirm_hint: '负责人自己不能确认', no_approval: '不需要', needs_evidence: '必须有佐证', evidence_label: '什么佐证', evidence_kinds: '收哪些', evidence_kind: { file: '文件', event: '已有记录', link: '链接' }, evidence_events: '这些记录自动算数', max_age: '最多几天前的文件', action_when: '只对这些记录要求', advanced: '指纹和适用条件', optional_when: '满足这些条件时可以跳过本阶段',
    part: { need: '要填字段', evidence: '佐证', fingerprint: '指纹', approval: '审批', confirm: '第二角色确认', claim: '声明即可' }, add_rule: '添加条件', remove_rule: '移除条件', message: '不满足时怎么说', message_hint: '例如：客户财务还没有批预算', rule_who: '谁能解决', transition: '流转：{{name}}', to: '到', from: '从', from_hint: '不选：任何阶段', who: '谁能走', who_hint: '不选：谁都可以', asks: '走之前要填', move_when: '满足这些条件才出现',
    then: '随后', no_then: '这一步之后不自动做什么。可以建任务、填字段、通知人。',
    reminders: '催办', reminders_says: '必做动作到了时限还没做完，告诉能补上的人一次；进了新阶段重新计。已经逾期超过一个工作日的不再提醒，只显示在看板上。', remind: '到时限时提醒', remind_before: '提前几小时提醒', remind_before_hint: '不填：到时限时', remind_via: '除站内消息外还通过', remind_via_hint: '不选：只发站内消息', remind_urgency: '紧急程度', urgency: { normal: '普通', strong: '强提醒' },
    running: '还在旧版本上的单子', unfit: '下列随后的动作已不能执行，其余照常。请把单子移到现行版本，或补回缺少的东西。', running_says: '{{count}} 单还在旧版本上（{{versions}}），现行是 v{{version}}。', running_effect: '移过来以后：{{stopped}} 单原来能进下一阶段、现在会被拦住；{{freed}} 单反过来。', running_staying: '{{count}} 单所在的阶段新版里没有，留在原版本。', running_capped: '只看了前 5,000 单。', move_running: '把 {{count}} 单移到 v{{version}}', moved: '已把 {{count}} 单移到 v{{version}}',
  },
  flow: {
    what: '审批什么', fields: '审批时看的内容', fields_hint: '通过以后这些内容一改，就要重新审批', nodes: '{{count}} 个节点，依次审批', add_node: '添加节点', new_node: '新节点', node_name: '第 {{n}} 个节点的名称', no_nodes: '还没有节点', who: '谁审批', mode: '几个人同意才过', mode_all: '会签：都要同意', mode_any: '或签：一人同意即可', only_when: '只在满足这些条件时', always: '每次都要经过（可加条件）', cc: '结束时抄送', level: '往上 {{level}} 级', kind: { manager: '发起人的上级', role: '角色', person: '某个人', head: '部门负责人' }, party_kind: '第 {{n}} 个节点第 {{at}} 位的类型', party: '第 {{n}} 个节点第 {{at}} 位', remove_party: '移除第 {{n}} 个节点第 {{at}} 位', add_party: '再加一位',
  },
}
