/** The editors of shared views and of guidance. */
export const guide = {
  effect: { title: '改了之后怎么样：改前两周和改后两周', own: '上次改动之后：改前两周和改后两周', sample: '改前 {{before}} 条线索，改后 {{after}} 条', also: '；同期还有 {{count}} 处改动，变化不一定只来自这一处' },
  view_edit: { what: '显示什么', rows: '哪些{{name}}会列出来；不加条件就是全部。', open: '在列表中打开' },
  guide: {
    when: '什么时候出现', moment: '关键时刻', open: '打开{{name}}时', convert: '转化线索时', field: '字段变成某个值时', only: '只在满足条件时（不加条件就是每次）', which: '哪个字段', becomes: '变成',
    says: '说什么', title: '标题', title_hint: '一句话，例如“合同送审前请确认”', text: '说明', items: '要确认的事', item: '第 {{at}} 件事', move: '移动第 {{at}} 件事', must: '必须勾选', remove: '去掉第 {{at}} 件事', add: '加一件要确认的事', preview: '提示预览',
  },
}
