export const leads = {
  clock: { label: '响应时限', overdue: '已超时', left: '还剩', until: '时限', answered: '已响应', pooled: '在公海', closed: '已结束', stopped: '未计时', next: '下一步：{{step}}，{{at}}' },
  lane: {
    vip: 'VIP', vip_help: 'VIP 客户：走专属通道，按产品线的模板跟进', urgent_help: '加急：2 个工作小时内答复，24 小时内给方案', tap: '给了方案', logged: '已记录：给了方案', give: '给出方案', marked: '已标为加急，开始计时', unmarked: '已取消加急',
    answer: { overdue: '加急 答复超时', left: '加急 答复还剩', until: '加急 答复', stopped: '加急 待答复', given: '' }, solution: { overdue: '加急 方案超时', left: '加急 方案还剩', until: '加急 方案', given: '加急 方案已给', stopped: '加急 待方案' },
    since: 'VIP 客户，{{at}} 起', why: '为什么是 VIP', by_hand: '由人标记，没有规则升级过', starts: '以后的新需求直接到专属顾问，并按产品线的模板排好跟进。',
  },
  lead: {
    new: '录入线索', owner_is: '负责人 {{owner}}', in_pool: '在{{pool}}', no_owner: '还没有负责人', arrived: '{{at}} 到达', from_history: '历史迁移·未核验', facts: '基本信息', tabs: '线索内容', no_events: '还没有动态', more_events: '更早的动态', not_yours: '这条线索不由你负责',
    tab: { timeline: '动态', tasks: '任务', ledger: '派单台账', history: '变更历史', runs: '规则执行' },
  },
  next: {
    label: '下一步', pick: '领取', assign: '分配', convert: '转为客户', call: '打电话', log: '记录联系', menu: { urgent: '标为加急', calm: '取消加急', convert: '转为客户', unconvert: '撤销转化', assign: '转交给…' },
    why: { overdue: '已过响应时限。联系后在下面记一笔，时限随即停止。', left: '{{at}} 前联系客户，联系后在下面记一笔。', until: '{{at}} 前联系客户，联系后在下面记一笔。' },
  },
  touch: {
    title: '记一笔', group: '发生了什么', text: '补充说明', placeholder: '补一句（可不填），例如：客户要 50 人版本的报价，周四再联系', help: '电话、消息、见面会停止响应时限；备注不会。由你填写的会标为“自报”。', claimed: '自报', claimed_help: '由销售填写，不是系统记录的', not_counted: '已记下，但这个来源只认系统记录的联系，时限没有停止', note_needs_text: '备注需要先写内容',
    tap: { call_answered: '电话接通', call_missed: '电话未接', message: '发了消息', replied: '客户回复', meeting: '见面', note: '只写备注' },
    logged: { call_answered: '已记录：电话接通', call_missed: '已记录：电话未接', message: '已记录：发了消息', replied: '已记录：客户回复', meeting: '已记录：见面', note: '备注已保存' },
  },
  duplicate: {
    title: '{{count}} 条可能重复', found: '找到 {{count}} 条可能重复', owned_elsewhere: '已有人负责（{{team}}）', other_team: '其他团队', preview: '预览合并', dismiss: '不是同一个', dismissed: '已标记为不重复', merged: '已合并', merge: '合并', preview_title: '合并预览', keep: '保留哪一条', keep_this: '保留当前这条', keep_second: '保留另一条', link: '关联到该客户', linked: '已关联到客户', kept: '保留的', other: '并入的', result: '合并后', keeps_all: '合并会保留两边的全部动态，可以撤销。',
    moves: { events: '{{count}} 条动态', tasks: '{{count}} 件任务', touches: '{{count}} 次联系', ledger: '{{count}} 条台账', records: '{{count}} 条关联记录' },
    reason: { phone: '电话相同', mobile: '手机号相同', email: '邮箱相同', company: '公司名相近', wechat: '微信相同', uscc: '统一社会信用代码相同', device: '同一设备', name: '名称相近' },
  },
  capture: {
    more: '其余 {{count}} 个字段', consent: '客户同意联系的方式（可不选）', way: { asked: '主动咨询', card: '名片交换', phone: '电话同意', wechat: '微信同意', form: '现场登记' }, invite: '粘贴名片、微信聊天或电话号码，自动识别', placeholder: '把名片文字、聊天记录或一串电话粘贴到这里', paste_title: '粘贴识别', fields_title: '线索信息', recognise: '识别', paste_first: '请先粘贴内容', reading: '正在识别', found: '识别出 {{count}} 项', recognised: '自动识别，请核对', clear: '清空', save: '保存线索', saved: '线索已保存', nothing_yet: '请至少填写一项', duplicates: '查重', no_duplicates: '没有发现重复', duplicates_help: '填写公司、电话、邮箱或信用代码时会自动查重。',
  },
  convert: { mend: '请先改好标出的地方', needs_name: '请填写商机名称，或取消勾选', title: '转为客户：{{title}}', help: '会建立或关联客户和联系人，线索标为已转化；可以撤销，不会删除任何内容。', with_deal: '同时建立商机', deal_name: '商机名称', deal_amount: '预计金额', amount_hint: '元，可写“15万”', do: '转为客户', done: '已转为客户', undone: '已撤销转化' },
  assign: { needs: '请先选择交给谁', title: '转交：{{title}}', to: '转交给', person: '同事', pool: '公海', reason: '原因', reason_hint: '会写进派单台账', do: '转交', done: '已转交' },
}
