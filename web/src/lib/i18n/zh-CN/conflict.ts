/** Two people, one record; and what was being written. */
export const conflict = {
  reveal: { show: '显示', of: '查看{{name}}的原值', why: '为什么要看', hint: '会和你的名字、时间一起记入操作记录', first: '请先写明原因', do: '查看', noted: '只显示这一次，已记入操作记录。' },
  conflict: { title: '内容冲突', head: '{{who}}刚改过这条记录，有 {{count}} 个字段和你不同，请逐项选择', head_none: '{{who}}刚改过这条记录，但没有改你填写的字段', mine: '我的', theirs: '对方的', choose: '请先为每个字段选择一边', save: '按选择保存', help: '只保存你改过的字段，对方的其他修改会保留。', somebody: '别人' },
  draft: { restored: '已恢复上次没保存的内容', drop: '丢弃' },
  screens: { people: '人员与部门', tokens: '接口令牌', audit: '操作记录' },
}
