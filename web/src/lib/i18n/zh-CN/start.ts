export const start = {
  imp: {
    title: '导入{{name}}', choose_table: '选一张{{name}}表(不用改格式)', drop: '把{{name}}表拖进来(不用改格式)', reading: '正在认表…', formats: 'Excel(.xlsx)、CSV，或直接粘贴一块表格；标题行、合并单元格、多个工作表都不用处理', choose: '选择文件', paste: '粘贴表格', paste_here: '在这里按 Ctrl+V 粘贴', pasted_name: '粘贴的表格',
    remembered: '这些列上次导入过，已按上次的对应填好。', questions: '要问的', questions_head: '有 {{count}} 个问题只有您知道', ask_column: '这一列（{{examples}}）是什么？共 {{rows}} 行', ask_values: '里有 {{rows}} 个词没认出来：{{values}}。可以在预览里直接改', columns: '列的对应', columns_head: '{{count}} 列，认成这样', guessed: '{{count}} 处是猜的，预览里有标记', column: '表里的列', cells: '里面写着', goes_to: '认成', goes_to_of: '「{{column}}」认成', into_notes: '原样放进备注', leave_out: '不导入',
    target: { notes: '跟进记录（按日期拆开）', touched: '最近一次跟进的日期' },
    map_head: '认出 {{rows}} 行，来自 {{sheets}} 个工作表', preview_head: '{{rows}} 行：{{new}} 行是新的，{{same}} 行像同一个客户，{{look}} 行要看一眼', can_undo: '导入后可一键撤销，撤销后和没导入过一样', back: '上一步', to_preview: '看预览', run: '导入 {{shown}} 行', another: '再导入一份', mode: '怎么算', mode_import: '当作今天录入', mode_history: '历史迁移：保留原来的人和日期，进行中的商机标「历史迁移·未核验」',
    outcome: { new: '新客户', same: '像同一个客户', update: '更新已有' }, same_note: '其中 {{count}} 行并到一起', look: '要看一眼', makes: '还会建 {{deals}} 个商机、{{contacts}} 个联系人，{{dated}} 条有日期的跟进、{{undated}} 条没日期的备注。', people: '新建 {{count}} 位同事（不能登录，邀请后才能）：{{names}}。', running: '{{shown}} 个进行中的商机标「历史迁移·未核验」。',
    ticks: '导入时要不要触发（不勾就什么都不发生）', tick: { rules: '规则，最多 {{count}} 次', sla: '计时提醒，最多 {{count}} 个', dispatch: '派单，最多 {{count}} 条', messages: '消息，最多 {{count}} 条' }, rows: '逐行看', shown: { error: '有错', conflict: '有冲突', same: '像同一个', guess: '有猜测', new: '新的', update: '更新' }, line: '第 {{line}} 行',
    why: { same_name: '和「{{title}}」同名', same_spelling: '和「{{title}}」是同一家的两种写法', same_phone: '和「{{title}}」电话相同' }, apart: '分开导入', join: '并到一起', leave: '这行不导入',
    guess: { year: '{{column}}「{{text}}」没写年份，按最近的一年', day: '{{column}}「{{text}}」→ {{value}}', about: '{{column}}「{{text}}」→ {{value}}', first: '{{column}} 取第一个号码', unknown: '{{column}}「{{text}}」先空着', serial: '{{column}} 数字日期 → {{value}}' },
    problem: { records_required: '不能为空', records_server_owned: '当作今天录入时不能带这一列：改选「历史迁移」，或不导入这一列' }, finished: '导入好了', failed: '导入停下了', taken_back: '已撤销', running_now: '正在导入', progress: '导入进度', done_of: '{{done}} / {{total}} 行', done_counts: '新建 {{new}}、合并 {{same}}、更新 {{update}}，另建 {{made}} 条关联记录、{{notes}} 条跟进', stayed: '{{count}} 行没有导入，原因写在文件最后一列，改好再传即可。', get_errors: '下载这些行', errors_name: '待修改.xlsx', kept: '{{count}} 处原文留在这里（如「待定」）', undo: '撤销整次导入', undone: '已撤销 {{count}} 条记录，{{cannot}} 条之后改过没动', template: '下载模板', past: '以前的导入', status: { queued: '排队中', running: '导入中', done: '已导入', failed: '停下了', undone: '已撤销' },
    exported: '已导出 {{name}}', exporting: '导出中…', export_xlsx: '导出 Excel', export_csv: '导出 CSV', import: '导入',
  },
  diag: {
    title: '销售管理健康度诊断报告', of: '{{customers}} 家客户、{{deals}} 个进行中的商机，合计 {{money}}', empty: '还没有客户', empty_help: '把客户表拖进来，几分钟后这里就有五个数。', to_start: '去导入', unknown: '不知道', rows: '{{count}} 行', unit: { customer: '家', deal: '个' }, back: '回到报告',
    figure: { dormant: '{{days}} 天没人碰的客户', overdue: '过了预计签约日还没签', collided: '两个人以上在跟同一客户', stepless: '没有下一步的商机', top3: '前三个人手里的商机额占比' },
    left_out: '另有 {{count}} 家采购周期超过 {{cycle}} 天，不算沉睡', unknown_of: { dormant: '{{count}} 家没有带日期的记录，无法判断', overdue: '{{count}} 个没写预计签约日', collided: '{{count}} 家没有负责人', stepless: '', top3: '{{count}} 个没有金额或负责人，没算进来' },
    cannot: '还说不出的，和要记什么才说得出', gap_rows: '看这 {{count}} 行', gap: {
      no_dates: { what: '多久没人联系：有的客户没有带日期的记录。', record: '每次联系写一句，日期自动记。' }, no_amount: { what: '商机额偏低：有的商机没有金额。', record: '先填一个大概的数，之后再改。' }, no_expected: { what: '哪些单会拖：有的商机没有预计签约日。', record: '报价时一起填预计签约日。' }, no_cycle: { what: '多久没联系才算沉睡：不知道采购周期。', record: '给客户填采购周期，一年买一次的就不会误报。' }, no_lost_reason: { what: '为什么丢单：有的丢单没写原因。', record: '丢单时写一句原因。' }, no_closed_day: { what: '成交要多久、赢单率多少：有的单没有成交或丢单日期。', record: '今后在系统里改阶段，日期自动记。' }, no_response_times: { what: '线索多久有人响应：表里没有线索到达的时刻。', record: '把官网表单或 400 接进来，从第一条开始计时。' },
    },
    dormant_head: '{{count}} 家沉睡客户，手里有 {{money}} 的商机', dormant_list: '按金额从大到小', pick_ten: '选前 {{count}} 家', wake: '交给负责人唤醒（{{count}}）', woken: '已建 {{count}} 个任务', nobody_sleeps: '没有沉睡客户', no_owner: '没有负责人', no_note: '没有记录', chat_head: '{{count}} 个任务已建，这段话可以发到群里', chat_help: '没有发给任何人，复制后由您决定发不发。', copy: '复制',
  },
  morning: {
    calm: '昨夜没有变化', by_itself: '昨夜自己发生的变化', soon: '接下来几天会发生的', needs_me: '要您拿主意的', nobody: '没有要拿主意的', tomorrow: '明天 8:30 打开就是这一页', expected: '预计 {{day}} 签约',
    changed: { went_cold: '{{count}} 家客户跨过 45 天没人联系', slipped: '{{count}} 个商机过了预计签约日', step_missed: '{{count}} 个商机昨天该跟进没跟', due_today: '{{count}} 个商机今天要跟进', task_overdue: '{{count}} 个任务昨天到期' },
    coming: { went_cold: '{{days}} 天后有 {{count}} 家客户跨过 45 天', slipped: '{{days}} 天后有 {{count}} 个商机到预计签约日', step_missed: '{{days}} 天内有 {{count}} 个下次跟进到期', due_today: '{{days}} 天后有 {{count}} 个商机要跟进', task_overdue: '{{days}} 天内有 {{count}} 个任务到期' },
  },
  start: {
    title: '开始', steps: '前十分钟', step: { import: '导入', diagnosis: '诊断', remind: '提醒', dispatch: '派单', phone: '手机端', morning: '晨报与邀请' }, to: { import: '导入', diagnosis: '看诊断', dormant: '沉睡清单', remind: '下一步：提醒规则', dispatch: '下一步：派单表', phone: '下一步：手机端', morning: '下一步：晨报与邀请' },
    sentence: '一张客户表，几分钟后看到团队的五个真实数字。', choose_table: '选一张你的客户表(不用改格式)', drop: '把你的客户表拖进来(不用改格式)', demo_first: '先看演示公司',
    remind_head: '线索没人响应，系统替您盯着', remind_1: '新线索', remind_2: '分钟没响应提醒负责人，', remind_3: '小时没处理升级给我', minutes: '提醒分钟数', hours: '升级小时数', not_a_count: '{{label}}写 1 到 {{most}} 的整数', working_hours: '只算工作时间', dry_run: '试运行：过去一年会怎样', switch_on: '开启', is_on: '已开启', on_note: '已开启，从下一条线索起计时。', remind_note: '前十分钟：提醒与升级', would_remind: '过去一年会提醒 {{count}} 次', would_escalate: '其中升级 {{count}} 次', no_times: '导入的表只有日期，没有线索到达的时刻，这条规则在过去一年里量不出次数；从今天的第一条线索开始计时。按天看得出的是：', silences: '过去一年有 {{times}} 次超过 {{days}} 天没人跟进，涉及 {{customers}} 家客户。',
    dispatch_head: '按您自己的数据起草了 {{count}} 行派单表', dispatch_table: '谁接哪里的线索', use_table: '启用这张表', in_force: '已启用', dispatch_note: '前十分钟：按自己的数据起草', no_rows: '数据还不够，先轮流分配', scan: '扫码试一条', scan_first: '启用后这里出现二维码，扫码当一回客户。', scan_help: '用手机扫，填一条，线索马上出现在下面。', open_form: '在这里打开表单', qr_alt: '表单二维码', form_name: '扫码表单', waiting: '等第一条线索…', went_to: '派给了 {{person}}', not_yet: '正在派单…', why: '为什么给他：',
    phone_head: '销售在手机上只看到今天的三家客户', phone_label: '手机预览', phone_title: '{{name}}，今天先联系这三家', phone_who: '看谁的手机', phone_help: '这是预览，不会发给任何人；在这里写的记录会真的存下。', phone_empty: '还没有带记录的客户', note_here: '说一句或打一句', note_of: '{{name}} 的记录', note_save: '记下', noted: '已记下',
    say: { price: '可以说：「上次您关心价格，我带了两档方案，五分钟说清楚差别。」', budget: '可以说：「预算那边有进展吗？需要我准备一页给领导看的材料吗？」', silent: '可以说：「之前没打通，发您一条短消息，方便时回个时间就行。」', material: '可以说：「上次的资料您看了哪部分？我补一个同行的案例。」', plain: '可以说：「上次聊到的事现在到哪一步了？我这边能先做什么？」' },
    invite_head: '邀请 {{count}} 位同事', invite: '邀请', all_in: '大家都在了', phone_or_mail: '手机或邮箱', login_of: '{{name}} 的手机或邮箱', first_password: '首次密码，请当面给：', own_password: '用原来的密码登录', who_sees: '谁看得到什么', sees: { rep: '销售', rep_what: '自己的客户和商机', supervisor: '主管', supervisor_what: '本组每个人的', director: '您', director_what: '全部，可以改规则' }, sees_note: '邀请之前，他们什么也看不到，也收不到任何消息。',
    leave_head: '全部带走', leave_help: '随时可以把所有数据导出成 Excel，再把导入整次撤销。', export_all: '全部导出', take_back: '撤销导入「{{name}}」',
    bad_hours: '写成 08:30-12:00、13:00-17:30，时段不重叠',
  },
}
