/** Words of reports, the board of a team and pools' explanations. */
export const team = {
  reports: {
    nav: '日报周报', period: '周期', day: '日报', week: '周报', mine: '我的', team: '团队', day_of: '日期', head_draft: '{{count}} 件事已写好，补一句就能提交', head_empty: '今天还没有记录，写一句也可以提交', head_sent: '已提交，{{at}}', facts: '系统已记下', no_facts: '这段时间没有记录', own: '我想说', own_hint: '一句话：今天最重要的进展或困难', plan: '接下来', plan_hint: '已按到期任务和重点客户填好，可修改', send: '提交', keep: '存草稿', kept: '草稿已保存', sent: '已提交', comments: '点评',
    head_team: '{{sent}} 人已提交，{{missing}} 人未提交', head_team_all: '{{sent}} 人全部提交', remind: '催交', remind_all: '催交未提交的 {{count}} 人', reminded: '已提醒 {{count}} 人', not_sent: '未提交', sent_at: '{{at}} 提交', comment: '点评', comment_to: '点评{{name}}的报告', comment_hint: '写一句点评', commented: '已点评', nobody: '没有下属的报告', nobody_help: '你的下属提交后会列在这里。',
    deed: { call_answered: '接通电话', call_missed: '未接电话', message: '发消息', replied: '客户回复', meeting: '见面拜访', note: '备注', captured: '录入线索', converted: '转为客户', picked: '公海领取', deal: '新建商机', stage: '推进阶段', won: '赢单', task_done: '完成任务', focus: '重点客户' },
  },
  load: {
    people: '每个人手上', person: '同事', open: '在手', capacity: '在手/上限', today: '今天分到', share: '占比', waiting: '待首响', good: 'A 类在手', on_leave: '请假至 {{at}}', pick: '转交 {{count}} 条', pick_person: '选择接手的人', full: '已满', choose: '选择', chosen: '已选 {{count}} 条', clear: '取消选择', select: '选择{{title}}', reason: '原因', handed: '已转交 {{count}} 条给{{name}}', handed_some: '转交了 {{count}} 条，{{failed}} 条没有成功：{{why}}', undo_some: '已撤回 {{count}} 条', fairness: '分配是否公平（近 30 天，扣除请假）', top3: 'A 类线索前三名占比', gini: 'A 类分配基尼系数', gini_all: '全部线索基尼系数', gini_help: '0 为完全按在岗时间平均，越大越集中', fair_none: '这段时间没有分配过线索', leads: '线索', good_leads: 'A 类', rate: '每 40 小时', figures: '要处理的',
  },
}
