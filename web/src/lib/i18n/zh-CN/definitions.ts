export const definitions = {
  definitions: {
    kinds: '配置种类', sides: '版本与引用', head: '{{kind}}：{{count}} 个', head_broken: '{{kind}}：{{count}} 个，{{broken}} 个已隔离', none: '还没有', draft: '草稿', unsaved: '未保存', quarantined: '已隔离', unpublished: '未发布', version: '第 {{version}} 版', in_use: '使用中', new: '新建', key: '标识', key_hint: '小写字母开头，只用小写字母、数字和下划线', create: '新建草稿',
    document: '定义内容', format: '格式', phone: '手机上只能查看、发布和回滚；请在电脑上修改。', life: '草稿、检查、试运行、发布', saved: '草稿已保存', published: '已发布，立即生效', no_problems: '检查通过，没有问题', problems: '有 {{count}} 个问题', line: '第 {{line}} 行', anywhere: '整份定义', nothing_to_save: '没有要保存的修改', nothing_to_publish: '没有未发布的修改',
    step: { save: '存草稿', check: '检查', dry_run: '试运行', publish: '发布' }, dry_run_title: '试运行：过去 30 天', dry_run_help: '试运行只读过去的数据，不会修改任何内容，也不会发出消息。', samples: '样例', figure: { would: '会执行', count: '次数', acted: '会执行', matched: '符合条件', records: '涉及记录', people: '涉及人数', title: '名称', name: '名称', at: '时间', record: '记录', person: '人员', since: '从', until: '到', events: '事件', rows: '行数', sentence: '说明', owner: '负责人' },
    history: '版本历史', no_history: '还没有发布过', roll_back: '回滚到此版', rolled_back: '已回滚到第 {{version}} 版', usage: '谁在用它', no_usage: '没有别的定义用到它',
    kind: { object: '对象', list_view: '列表视图', rule: '规则', dispatch: '派单表', pool: '公海', calendar: '工作日历', role: '角色', source: '线索来源', channel: '消息渠道', metric: '指标', field: '字段' },
    about: { object: '记录的种类和它们的字段、条件。', list_view: '列表显示哪些列、默认筛选和排序。', rule: '什么时候、对谁、做什么：提醒、升级、退回都在这里。', dispatch: '一行一条规则，从上到下先中先得。', pool: '领取限制、冷却期、退回条件。', calendar: '工作时间、节假日和调休；时限按它计算。', role: '能看哪些行、哪些字段、能做什么。', source: '线索从哪里来，字段怎么对应。', channel: '提醒发到哪里：企业微信、钉钉、飞书、邮件、回调。', metric: '一个指标只定义一次，处处同数。' },
  },
}
