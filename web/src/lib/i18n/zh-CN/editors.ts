export const editors = {
  calendar_edit: {
    week: '一周', day: { 0: '周一', 1: '周二', 2: '周三', 3: '周四', 4: '周五', 5: '周六', 6: '周日' }, hours_of: '{{name}}的时段', remove: '去掉{{name}} {{hours}}', closed: '不上班', malformed: '写成 08:30-12:00, 13:00-17:30', overlap: '时段重叠', copy: '复制到周五', follow: '按国家法定节假日放假，调休日上班',
    preview: '算一算', from: '从', plus: '加', unit: '单位', hour: '工作小时', minute: '工作分钟', compute: '计算',
    year: '{{year}} 年', year_before: '上一年', year_after: '下一年', unknown_year: '{{year}} 年的放假和调休还没有数据，暂按普通工作日计算', worked: '上班 {{count}} 天', holidays: '法定放假 {{count}} 天', makeups: '调休上班 {{count}} 天', owns: '自己的例外 {{count}} 天',
    kind: { work: '上班', off: '休息', holiday: '法定放假', makeup: '调休上班', own: '自己的例外' }, month: { 0: '1 月', 1: '2 月', 2: '3 月', 3: '4 月', 4: '5 月', 5: '6 月', 6: '7 月', 7: '8 月', 8: '9 月', 9: '10 月', 10: '11 月', 11: '12 月' },
    own_hours: '这一天的时段', own_name: '说明', set_hours: '按这些时段上班', set_off: '这一天放假', give_back: '恢复原样',
  },
  pool_edit: {
    picking: '领取', manager_only: '只有经理能指派，销售不能自己领', per_day: '每人每天最多领取 [] 条', per_day_label: '每人每天最多领取几条', holding: '手上未结束的超过 [] 条时不能再领', holding_label: '手上最多几条', holding_by_role: '手上最多几条按角色：{{text}}', cool_down: '退回后 [] 天内，原负责人不能再领回', cool_down_label: '冷却几天', hide: '领取前看不到的内容',
    returning: '自动收回：{{count}} 条规则，从上到下先符合先算', add_rule: '加一条', idle: '[] 天没有有效跟进就收回', idle_label: '第 {{n}} 条：几天', when: '适用于', unless: '除非', warn: '提前', warn_tail: '天提醒负责人', remove_rule: '去掉第 {{n}} 条规则', no_rules: '没有规则：不会自动收回', protection: '保护', add_protection: '加一条保护', never: '符合时永不收回', remove_protection: '去掉第 {{n}} 条保护', no_protection: '没有额外的保护；报备保护期内的线索本来就不会收回',
  },
  channel: {
    settings: '怎么发', kind: '平台', choose: '选择平台', sealed: '已保存（加密，不显示）', sealed_help: '加密保存，保存后不再显示', replace: '换一个', lately: '最近的消息', all: '全部消息', test: '测试', send_test: '发一条测试消息', publish_first: '先发布，再测试', on_its_way: '发送中', arrived: '平台已收下', refused: '平台拒收', sent_blind: '已发出；结果在消息外发里，有权限的同事能看到',
    kinds: { wecom_robot: '企业微信群机器人', dingtalk_robot: '钉钉群机器人', feishu_robot: '飞书群机器人', email: '邮件', webhook: 'Webhook' },
    limits: { wecom: '每个机器人每分钟最多 20 条，超出的自动排队；可按手机号 @ 人。', dingtalk: '每个机器人每分钟最多 20 条，超出会被限流，自动排队；要填加签密钥或自定义关键词。', feishu: '每秒 5 条、每分钟 100 条，超出的自动排队。', email: '逐人发送；每分钟最多 60 封。', webhook: '按 Standard Webhooks 签名，对方可验真伪；失败自动重试。' },
    setting: { url: '机器人地址', secret: '签名密钥', keyword: '自定义关键词', show_contacts: '群里显示完整手机号（默认打码）', host: 'SMTP 服务器', port: '端口', security: '加密方式', username: '账号', password: '密码', sender: '发件人' }, option: { starttls: 'STARTTLS', tls: 'TLS', none: '不加密' },
  },
  outbox: {
    title: '消息外发', head: '{{waiting}} 条等待发送，没有失败', head_none: '没有等待的消息，也没有失败', head_dead: '{{dead}} 条发送失败，{{waiting}} 条等待', none: '没有消息', hidden: '内容对您不可见', attempts: '试了 {{count}} 次', next: '下次 {{at}}', about: '查看线索', resend: '重新发送', channel: '渠道', every: '所有渠道', reason: '{{words}}（平台：{{text}}）',
    tab: { all: '全部', waiting: '等待', sent: '已发出', dead: '失败' }, status: { waiting: '等待', sending: '发送中', sent: '已发出', dead: '失败', withdrawn: '已撤回' },
    code: { 93000: '机器人地址里的 key 不对，或机器人已被移出群', 45009: '发得太快，被平台限流', 310000: '安全设置不符：核对加签密钥或关键词', 19021: '签名不对：核对签名密钥', 19024: '关键词不符', 19001: '参数或地址不对', unreachable: '连不上对方服务器', address_refused: '这个地址不允许访问' },
  },
  source: {
    how_in: '怎么进来', via: '方式', choose: '选择方式', consent: '授权来源', consent_help: '客户在哪里同意被联系，写进每条线索', sealed_help: '加密保存；不改就保持原样',
    way: { form: '网页表单', qr: '扫码表单', json: '系统对接（JSON）', wechat_oa: '微信公众号', douyin: '抖音留资', call: '400 电话', manual: '手工录入', import: '文件导入' },
    setting: { secret: '签名密钥', header: '签名所在的请求头', algorithm: '签名算法', timestamp_header: '时间戳请求头', id: '对方编号的路径', time: '发生时间的路径', client_secret: 'Client Secret', token: 'Token', encoding_aes_key: 'EncodingAESKey', app_id: 'AppID' },
    address: '接入地址', address_right: '生成接入地址要有「管理令牌」权限，请找管理员', make_address: '生成接入地址', another_address: '再生成一个', record_first: '还没发布也可以先生成地址、开始记录：收到的内容都会保留，发布后可重新处理。', once: '地址只在这里显示这一次，请复制好。', post_to: '推送到', page: '表单页', snippet: '网页代码', preview: '预览表单', qr: '扫码打开表单', known_address: '已有地址 …{{hint}}，{{at}} 生成，最近使用：{{used}}', never: '还没用过', copy: '复制',
    recorder: '报文记录', record: '开始记录', stop: '停止记录', deliveries: '收到的报文', listening: '正在等待…', nothing_yet: '还没有收到过', how: '把地址给对方，请对方发一条测试数据，就会出现在这里', hidden: '内容对您不可见（需要能看到线索的联系方式）', payload: '报文内容', map: '{{name}}：{{value}}，点击对应到字段', which_field: '「{{name}}」对应哪个字段', pick_field: '对应到字段…', likely: '{{name}}（推荐）',
    mapping: '对应关系', field: '线索字段', path: '报文路径', path_of: '{{name}}的路径', required: '必填', required_of: '{{name}}必填', more: '其他处理', unmap: '去掉{{name}}', usual_mapping: '没有写对应关系，按这种方式的常用字段名识别', add_field: '加一个字段', trial: '用收到的报文试一试', try: '试算', trial_help: '不保存、不生成线索，只看这份对应关系会得到什么', tried: '{{count}} 条报文：{{leads}} 条会成为线索，{{refused}} 条被拒', defaults: '每条线索都带上', add_default: '加一个固定值', all_receipts: '查看全部收件记录',
    receipts: '收件记录', receipts_head: '各来源送来了什么，哪些没有成为线索', one: '来源', every: '所有来源', tab: { all: '全部', accepted: '已成线索', refused: '被拒', duplicate: '重复' }, status: { accepted: '已成线索', refused: '被拒', duplicate: '重复', joined: '并入已有', ignored: '忽略' }, refused_here: '{{count}} 条被拒，修好对应关系后可重新处理', none_refused: '没有被拒的', run_picked: '重新处理选中的 {{count}} 条', run_all: '重新处理这 {{count}} 条', run_again: '重新处理', ran: '{{accepted}} 条成功，{{refused}} 条仍被拒', no_receipts: '没有收件记录', pick: '选择', to_lead: '查看线索', raw: '原文',
  },
  role: {
    rights: '能做什么', all_rights: '这个角色有全部权限', rows: '能看到和改动哪些记录', other_objects: '其他所有对象', own_rule: '单独规定', as_default: '同默认：{{scope}}', one_for_all: '不分动作', by_verb: '按动作分别规定', scope_of: '{{name}}的范围', scope: { own: '自己负责的', team: '自己和下属的', region: '本大区的', brand: '本品牌的全部', all: '全部', none: '没有', condition: '按条件' }, verb: { read: '查看', create: '新建', update: '修改', delete: '删除', export: '导出' },
    fields: '字段权限', limited: '{{count}} 个字段受限', object: '对象', search: '搜索字段', only: '这个角色只列出能看的字段，其余都隐藏', field: '字段', level: { write: '可改', read: '只读', masked: '打码', hidden: '看不到' }, set_level: '{{field}}：{{level}}', by_pattern: '由通配规则决定，不能单独改', holders: '担任这个角色的 {{count}} 人', nobody: '还没有人',
    right: { definitions_read: '查看配置', definitions_write: '修改和发布配置', people_read: '查看组织和人员', people_write: '管理人员和角色', see_as: '以他人视角查看（只读，留痕）', reveal: '查看脱敏字段的原值（写明原因，留痕）', assign: '转派线索', pool_assign: '指派公海里的记录', merge: '合并重复', bulk: '批量修改', export: '导出', import: '导入', 'process_waive': '批准流程例外', 'process_audit': '抽查流程质量', metrics_read: '查看指标', receipts_read: '查看收件记录', channels_write: '管理消息渠道', outbox_read: '查看消息外发', tokens_write: '管理令牌和接入地址', events_write: '写入事件', brands_all: '跨所有品牌', audit_read: '查看审计日志', clock: '拨动演示时钟' },
  },
}
