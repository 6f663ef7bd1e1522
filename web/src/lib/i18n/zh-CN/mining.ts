export const mining = {
  mining: {
    head_ways: '{{cases}} 单走了 {{variants}} 种走法，没有哪一步特别久',
    head: '等得最久的一步：{{from}} → {{to}}，占全部等待的 {{share}}', which: '看哪份日志', imported: '导入：{{name}}', counts: '{{cases}} 单，{{events}} 个事件，{{variants}} 种走法', capped: '记录太多，只看了最新的 50,000 条。', empty: '还没有可以挖掘的过程', empty_help: '记录的阶段或状态改变过以后，这里会画出它们真正走过的路。',
    tab: { chart: '流程图', ways: '走法', bottlenecks: '瓶颈', delayed: '正常与延误', groups: '分组', sandbox: '沙盘' }, chart: '流程图', measure: '箭头上显示什么', by: { count: '次数', time: '中位用时' }, key_back: '返工', key_slow: '等待最多的三步', as_table: '看表格', as_chart: '看图', zoom_in: '放大', zoom_out: '缩小', zoom_fit: '看全图',
    times: '{{count}} 次', stay: '停留 {{time}}', edge: '选中的一步', edges: '全部步骤', edge_says: '{{count}} 次，{{cases}} 单；一半在 {{median}} 以内，九成在 {{p90}} 以内，合计 {{total}}', rework_kind: { self: '自己重复', return: '回到来过的一步' }, coverage: '画出最常见的走法', all_ways: '全部', shown: '画了 {{ways}} 种走法，{{cases}} 单', rework_share: '{{share}} 有返工（{{count}} 单）',
    from: '从', to: '到', median: '中位', p90: '九成以内', kind: '类型', total: '合计等待', share: '占比', cause: '等待时正在发生', cause_approval: '{{count}} 单在等审批，共 {{time}}', cause_undelivered: '{{count}} 条通知没有送到', by_median: '按中位用时（至少走过 {{floor}} 次）：', no_bottleneck: '还没有走完一步的单子', bottleneck_says: '等待最多的是 {{from}} → {{to}}，占全部等待的 {{share}}',
    ways_say: '{{cases}} 单走出了 {{variants}} 种走法，最常见的一种占 {{share}}', cases: '{{count}} 单', no_delayed: '还没有走完的单子可以比较', no_delayed_help: '赢单或丢单以后，才能比出谁慢在哪里。', delayed_says: '{{delayed}} 单超过 {{threshold}}（最慢的四分之一），中位 {{slow}}；其余 {{normal}} 单中位 {{usual}}。', delayed_worst: '多出来的时间主要在 {{from}} → {{to}}，平均多 {{extra}}。', normal: '正常', slow: '延误', extra: '平均多用',
    group_by: '按', team: '团队', person: '负责人', unknown: '未填', no_groups: '没有可以分组的字段', case_count: '单数', cycle: '周期中位', rework: '返工率', won: '赢单率', slowest: '最耗时的一步',
    step: '哪一步', days: '提前几天', days_hint: '不填：这一步总是做了', days_wrong: '请填 0 到 1000 之间的天数', match: '只比较这些都一样的单子（最多选 {{most}} 个）', ask: '推演', asking: '正在推演…', if_earlier: '如果「{{step}}」早 {{days}} 天', if_always: '如果总是做了「{{step}}」', cycle_says: '周期{{way}} {{size}} 天（95% 区间 {{low}} 到 {{high}} 天）', win_says: '赢单率{{way}} {{size}} 个百分点（95% 区间 {{low}} 到 {{high}}）', shorter: '短', longer: '长', lower: '低', higher: '高', unclear: '区间跨过 0，分不清有没有差别。',
    silent: '可以比较的只有 {{pairs}} 对，至少要 {{needed}} 对，还差 {{lacking}} 对。数据不够，不给数字。', sample: '{{pairs}} 对，来自 {{cases}} 单走完的；其中 {{with}} 单有这一步', not_controlled: '没有控制的因素', no_effect: '这是自己过去里的相关，不是因果。',
    import: '导入事件日志', file: '事件日志文件', file_first: '请先选择文件', choose: '选择文件', choose_help: 'XES 文件，可以是 .gz，不超过 512 MB', key: '日志名', key_hint: '小写字母、数字和下划线', key_wrong: '只用小写字母、数字和下划线，以字母开头', replaces: '已有同名日志，会被替换', bring: '导入', bringing: '正在读取，大文件要十几秒…', brought: '已导入 {{events}} 个事件、{{cases}} 单',
  },
}
