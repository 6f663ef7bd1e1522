export const shell = {
  see_as: { short: '以此人视角查看', start: '以 {{name}} 的视角查看', banner: '正以 {{name}} 的视角查看，只能看不能改（{{by}}）', end: '结束视角' },
  brand: '行迹',
  nav: { risks: '风险雷达', quality: '过程报告', audits: '过程审计', mining: '流程挖掘', approvals: '审批', health: '过程健康', start: '开始', diagnosis: '诊断', morning: '晨报', report: '日报周报', group: { work: '工作', team: '团队', build: '搭建', admin: '管理' }, workbench: '工作台', leads: '线索', tasks: '任务', pools: '公海', customers: '客户', deals: '商机', team: '团队看板', receipts: '收件记录', outbox: '消息外发', roadmap: '路线图', collisions: '撞单裁定', heat: '线索热力图', settings: '配置', inbox: '消息', capture: '快速录入', me: '我的' },
  shell: {
    share: '分享本页', skip: '跳到正文', to_start: '行迹，回到工作台', narrow: '收起导航', widen: '展开导航', offline: '网络断开，写下的内容已留在本机，恢复后会自动继续', nav: '主导航', inbox: '消息，{{count}} 条未读', user_menu: '个人菜单', user_of: '{{name}}的个人菜单', language: '语言', theme: '外观', theme_system: '跟随系统', theme_light: '浅色', theme_dark: '深色', go_to: '进入{{name}}', sign_out: '退出登录',
    clock: '演练时钟', clock_fixed: '演练时钟停在 {{at}}，由命令推进', clock_moved: '演练时钟 {{at}}，不是真实时间',
  },
  search: { open: '打开搜索', label: '搜索客户、线索、电话', placeholder: '搜索客户、线索、电话', nothing: '没有找到' },
  sign_in: {
    make_own: '创建新的组织',
    lead: '登录到你的工作区', login: '手机号或邮箱', password: '密码', do: '登录', fill_login: '请填写手机号或邮箱', fill_password: '请填写密码', totp: '动态验证码', totp_hint: '打开验证器应用，输入 6 位数字', totp_wrong: '验证码不对，请重新输入', wrong: '账号或密码不对',
    locked: '尝试次数过多，账号已暂时锁定，请 {{minutes}} 分钟后再试', choose: '你在多个工作区，选择要进入的一个', other_language: 'English', again: '请重新登录', again_help: '登录已过期。重新登录后会接着刚才的操作，填写的内容都还在。',
  },
  common: {
    loading: '正在加载', failed: '没有加载出来', try_again: '重试', no_permission: '你没有查看的权限', no_permission_help: '需要的话，请联系管理员为你的角色开通。', not_found: '没有找到', not_found_help: '可能已被删除，或不在你的可见范围内。', no_page: '没有这个页面', no_page_help: '地址可能写错了，或者页面已经换了地方。', go_back: '回到上一页',
    cancel: '取消', save: '保存', saved: '已保存', edit: '编辑', close: '关闭', back: '返回', more: '更多操作', first_rows: '前 {{count}} 条', more_rows: '加载更多', refresh: '刷新', yes: '是', no: '否', undo: '撤销', undone: '已撤销', undone_partly: '已撤销；{{count}} 项收不回（消息已发出，或后来又改过）', masked: '已按权限脱敏', record: '记录',
  },
  list: {
    fresh: '有 {{count}} 条新{{name}}', total: '合计', choose_row: '选择{{name}}', choose_loaded: '选择已加载的行', width_of: '{{name}}的列宽', no_value: '（{{name}}未填）', now: '现在的值：{{value}}',
    rows: '{{shown}} 条{{name}}', rows_plain: '{{name}}', no_rows: '还没有{{name}}', no_rows_help: '转化线索或导入后会出现在这里。',     leads: '{{shown}} 条线索', leads_plain: '线索', views: '视图', find: '搜索本列表', sort_by: '按“{{name}}”排序', change: '{{name}}：{{value}}，点击修改', loading_more: '正在加载更多', nothing_found: '没有符合条件的线索', nothing_found_help: '换个关键词，或减少筛选条件。', no_leads: '还没有线索', no_leads_help: '新线索到达后会自动出现在这里，也可以手动录入。',
  },
  filter: { label: '筛选条件', add: '添加筛选', advanced: '高级条件', clear: '清除筛选', remove: '移除条件：{{what}}', apply: '应用', field: '字段', operator: '条件', needs_value: '请先填写值', mend_first: '请先改好有误的条件', cel_label: '高级条件（CEL 表达式）' },
  form: { section: '第 {{at}} 部分', create: '新建{{name}}', show_empty: '显示 {{count}} 个空字段', hide_empty: '收起空字段', conflict: '别人刚改过这条记录。你填写的内容还在，可以再次保存覆盖这些字段。', save_anyway: '用我的内容保存', refused: '有 {{count}} 处需要修改', nothing_editable: '你的角色不能修改{{object}}的字段' },
  workbench: {
    given_at: '{{at}} 分配', hand_over: '转交', message_to: '给{{title}}发消息', message: '发消息', more_of: '{{title}}的更多操作', open_lead: '打开线索', tabs: '待办和已完成', tab_open: '待办', tab_done: '已完成', more_waiting: '还有 {{count}} 件', nothing_done: '今天还没有完成的', nothing_done_help: '联系过的线索和完成的任务会列在这里。', contacted: '已联系', today_all: '今天共 {{count}} 件', today_done: '已完成 {{count}} 件',
    head_both: '{{overdue}} 条已超时，{{soon}} 条 10 分钟内到期', head_overdue: '{{overdue}} 条已超时', head_soon: '{{soon}} 条 10 分钟内到期', head_running: '{{total}} 条线索等待首次联系，都在时限内', head_clear: '都处理完了', waiting: '{{count}} 条等待响应', now: '现在要做', team_now: '团队现在要做', all_leads: '全部线索', tasks: '我的任务', none: '没有等待响应的线索', none_help: '新线索分给你后会出现在这里。', first_contact: '首次联系', open: '去处理',
  },
  inbox: {
    head: '{{count}} 条未读', head_none: '没有未读消息', unread: '未读', all: '全部', mark_all: '全部标为已读', none: '没有消息', none_unread: '没有未读消息', none_help: '提醒、升级和分配会出现在这里。',
  },
  task: {
    count: '{{shown}} 件待办任务', count_plain: '任务', count_done: '{{shown}} 件已完成', count_done_plain: '任务', tab: { mine: '我的', all: '全部', done: '已完成' }, none: '没有任务', none_help: '规则和同事分给你的任务会出现在这里。', none_here: '这条线索没有任务', none_here_help: '规则生成的跟进任务会列在这里。', finish: '完成', done: '任务已完成', pack: '话术与背景',
    state: { overdue: '已超时', soon: '快到期', ontrack: '进行中', done: '已完成', idle: '未定时间' },
  },
  notice: {
    kind: { reminder: '提醒', escalation: '升级', assignment: '分配', mention: '提到你', task: '任务', system: '系统', warning: '预警', approval: '审批', pool_warning: '公海预警', reactivation: '二次激活', collision: '撞单', recognition: '识别', report: '日报' },
    all: '全部消息', settings: '通知设置', by_kind: '按种类看', mark_read: '标为已读：{{title}}',
  },
}
