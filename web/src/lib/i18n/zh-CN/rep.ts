/** Words of the rep's and the supervisor's daily screens that come with their routes. */
export const rep = {
  rep: {
    home: '登录后先看', homes: { workbench: '工作台', board: '团队看板', morning: '晨报', channels: '线索热力图', payments: '商机和回款', leads: '线索', settings: '配置' },
    next: { pick: '领取这条线索', first_contact: '打电话', do_task: '到期：{{task}}', scheduled: '{{at}}：{{task}}', schedule: '约下次跟进', convert: '转为客户', open_deal: '已转为客户', assign: '分配负责人', none: '已处理完' },
    why: { pick: '没有人负责，领取后由你联系。', first_contact: '还没有人联系过。联系后一点即记录。', do_task: '{{at}} 到期，做完点“完成”。', scheduled: '下一步已约好，到时会提醒你。', schedule: '已经联系过，还没有约下一步。', convert: '需求已确认，可以建立客户和商机。', open_deal: '后续在商机里推进。', assign: '没有人负责，也不在公海。', none: '这条线索不需要再处理。' },
    arrange: '约下次跟进', arrange_at: '约 {{at}} 联系', open_deal: '打开商机', open_customer: '打开客户', triggered: '这次录入触发了',
    when: { three: '3 天后', week: '一周后', own: '选时间', do: '约定', future: '选一个以后的时间' },
  },
}
