export const lists = {
  view: {
    menu: '视图「{{name}}」的操作', mine: '（个人视图）', save_as: '另存为新视图', rename: '重命名', share: '共享给所有人', make_default: '设为默认打开', delete: '删除', dirty: '未保存', unsaved: '视图有未保存的改动', save_shared: '保存给所有人', revert: '还原',
    saved: '视图「{{name}}」已保存', shared: '视图「{{name}}」已共享', deleted: '视图「{{name}}」已删除', is_default: '以后先打开「{{name}}」', changed_note: '在列表中修改视图', shared_note: '从个人视图共享', name: '视图名称', name_first: '请先填写名称',
    title: { new: '另存为新视图', rename: '重命名视图', share: '共享视图' }, hint: { new: '只有你自己看得到，之后可以共享。', rename: '', share: '有权查看这个对象的人都会看到它，数据仍按各自的权限显示。' }, do: { new: '保存', rename: '保存', share: '共享' },
  },
  tools: {
    open: '视图设置', title: '视图设置', layout: '布局', table: '表格', board: '看板', calendar: '日历', board_by: '看板的列', calendar_by: '按哪个日期', color_by: '按什么着色', no_color: '不着色', choose: '请选择', group_by: '分组', no_group: '不分组', density: '行高', normal: '标准', compact: '紧凑',
    columns: '显示的字段', up: '上移{{name}}', down: '下移{{name}}', hide: '不显示{{name}}', find_field: '查找要添加的字段', totals: '合计', total_of: '{{name}}的合计方式', no_total: '不合计', fn: { sum: '求和', avg: '平均', min: '最小', max: '最大', median: '中位数', count: '计数' },
    sort: '排序', sort_field: '第 {{at}} 个排序字段', direction: '第 {{at}} 个排序方向', ascending: '升序', descending: '降序', unsort: '去掉第 {{at}} 个排序', add_sort: '再按一个字段排序',
  },
  drag: { how: '按空格拿起，用方向键移动，再按空格放下，按 Esc 取消。', lifted: '已拿起「{{name}}」', over: '「{{name}}」移到了「{{place}}」上方', nowhere: '「{{name}}」不在可放下的位置', dropped: '「{{name}}」已放到「{{place}}」', cancelled: '已取消移动「{{name}}」', movable: '可拖动', move: '移动{{name}}' },
  board: { none: '（未填）', columns: '看板的列', label: '看板', moved: '「{{name}}」已移到「{{place}}」', move_to: '把{{name}}移到…', empty: '这一列没有记录' },
  calendar: { month_of: '{{year}}年{{month}}月', back: '往前', on: '往后', today: '今天', span: '范围', month: '月', week: '周', more: '还有 {{count}} 条', moved: '「{{name}}」已改到 {{day}}', empty: '这段时间没有记录', capped: '只显示前 {{count}} 条，请缩小筛选范围' },
  bulk: {
    label: '批量操作', chosen: '已选 {{shown}} 条', choose_all: '选中全部 {{shown}} 条', set: '修改字段', owner: '改负责人', more: '更多批量操作', add: '添加标签', remove: '移除标签', pool: '放入公海', delete: '删除', export: '导出所选', export_less: '最多导出 80 条所选；请选中全部后导出', clear: '取消选择',
    title: { set: '批量修改字段', owner: '批量改负责人', add: '批量添加标签', remove: '批量移除标签', pool: '批量放入公海', delete: '批量删除' }, stop: '停下', preview_first: '先选好要改成什么', nothing: '没有会改动的记录', do: '执行（{{count}} 条）', checking: '正在检查会影响哪些记录…', progress: '进度', so_far: '已处理 {{done}} / {{total}} 条，改动 {{changed}} 条，{{refused}} 条被拒绝', done: '已改动 {{count}} 条，{{refused}} 条被拒绝',
    tags: '标签', new_value: '改成', empty_value: '清空这个字段', will_change: '{{count}} 条会改动', will_delete: '{{count}} 条会删除，30 天内可恢复', same: '，{{count}} 条本来就是这样', refused: '，{{count}} 条会被拒绝', checked: '（已检查前 {{count}} 条，共 {{total}} 条）', samples: '前几条改动', before: '现在', after: '改成', why: '被拒绝的 {{count}} 条和原因',
  },
  guidance: { title: '请先确认', later: '以后再看', read: '知道了', go_on: '确认并继续', lacking: '还要勾选：{{items}}' },
}
