export const dispatch = {
  dispatch: {
    grid: '派单表', order: '顺序', row: '第 {{n}} 行', last_month: '近 30 天', cell: '{{column}}，第 {{n}} 行：{{text}}', anything: '不限', row_menu: '第 {{n}} 行的操作', drag: '拖动可调整顺序，也可用 Alt+↑↓',
    column: { name: '名称', rest: '高级条件', to: '派给', choose: '选法', trainee_ok: '派给见习', else: '无人可派时', calendar: '工作时间' },
    choose: { fixed: '指定', round_robin: '轮流', least_load: '最少在手', weighted: '加权' },
    add_row: '加一行', add_column: '加条件列', remove_column: '去掉列「{{name}}」（条件移到高级条件，不会丢）', undo: '撤销', redo: '重做', nothing_to_undo: '没有可撤销的修改', nothing_to_redo: '没有可重做的修改',
    insert_above: '在上方插入', insert_below: '在下方插入', duplicate: '复制这一行', move_up: '上移', move_down: '下移', delete: '删除',
    keys: '直接输入即可改；F2 或双击编辑；可从 Excel、WPS、飞书整块粘贴；Ctrl+D 向下填充；Alt+↑↓ 调整顺序', rest_title: '高级条件 · {{name}}', take: '采用',
    sample: '用一条线索试派', sample_way: '线索从哪里来', recent: '最近的线索', typed: '自己填', lead: '线索', pick_lead: '先选一条线索', try: '试派', no_columns: '先加条件列', won: '第 {{n}} 行「{{name}}」命中 → {{who}}',
    why_not: '上面 {{count}} 行为什么没有命中', matched_but: '命中，但此刻无人可派', matched_nobody: '命中，但派给的人不存在', candidates: '候选人与原因',
    try_month: '试跑近 30 天', month: '近 30 天按这张表', month_none: '近 30 天没有线索', month_first: '近 30 天 {{count}} 条线索', month_same: '近 30 天 {{count}} 条线索，与现行派单表结果相同', month_changed: '近 30 天 {{count}} 条线索，{{changed}} 条会派给别人', month_rest: '{{pooled}} 条进公海，{{held}} 条无人可派', moves: '变化（现行 → 这张表）', month_help: '从空手算起，不看当时的在手数量；只读过去的数据，不改动任何线索。',
    draft: '按自己的数据起草', take_draft: '用它替换现有的行', draft_help: '只是草稿：替换后可以撤销，检查和试跑满意了再发布。',
    settings: '全表设置：上限、权重、工作时间、兜底', none: '不设',
    set: { open: '每人在手上限', trainee_open: '见习在手上限', per_day: '每人每天上限', answered: '权重：客户有回应的跟进', free: '权重：空余', preference: '权重：偏好', cap_over_mean: '不超过平均的倍数', cap_over_mean_help: '0 为不限', newcomer_floor: '新人保底（平均的倍数）', newcomer_floor_help: '0 为不保底', window_days: '看最近几个工作日', calendar: '工作时间', fallback: '无人接住时进公海', fallback_help: '没有一行接住、或各行都无人可派' },
  },
}
