/** Signing up, templates, the roadmap, collisions. */
export const founding = {
  sign_up: {
    title: '创建你的组织', lead: '选行业和规模，几秒后就能用；以后每一项都能改。', organisation: '公司或团队', person: '你的姓名', login: '手机号或邮箱', login_hint: '已有账号就填那个账号和它的密码', password: '密码', password_hint: '至少 10 位',
    size: '有多少人用', sizes: { s: '10 人以下', m: '50–200 人', l: '500 人以上' }, template: '从哪里开始', empty: '空白', empty_hint: '只有基础的线索、客户、商机，一切自己来', sample: '带上示例数据', sample_hint: '虚构的线索、客户和同事，都标着「演示」，随时一键移除。', do: '创建',
    contains: { sources: '{{count}} 个来源', dispatch: '派单表 {{count}} 行', fields: '{{count}} 个行业字段', roles: '角色', road: '路线', sample: '示例数据', sample_text: '{{leads}} 条线索、{{customers}} 家客户，有历史也有今天的' },
    mend_other: '有 {{count}} 处要改，填好的都还在', making: '正在创建', step: { queued: '排队中', schema: '建表', pack: '安装「{{what}}」', people: '安排人员和权限', sample: '写入示例数据', done: '完成' },
    failed: '没有创建成功，已经清理干净，可以再试一次。', again: '再试一次', ready: '已经建好。', entering: '正在进入…', closed: '这里没有开放注册', closed_help: '请向管理员要一个邀请；开放注册由部署的人设置（XINGJI_SIGN_UP）。', to_sign_in: '去登录',
  },
  roadmap: {
    of: '{{done}} / {{of}}', size: '规模', head_next: '已完成 {{done}} / {{of}}，下一步：{{name}}', head_done: '这条路走完了（{{of}} 步）', other_size: '这是别的规模的路线；你们是{{size}}', reckoned: '完成与否按真实使用计算：收到线索、发布定义、有人能登录。示例数据不算。',
    state: { done: '已完成', next: '下一步', open: '待做', later: '后续版本' },
    sample: '这里有示例数据：{{leads}} 条线索、{{customers}} 家客户、{{people}} 位虚构同事', sample_remove: '移除示例数据', sample_going: '正在移除…', sample_who: '由管理员移除',
  },
  collision: {
    count_other: '{{count}} 起撞单等待裁定', none: '没有撞单', none_help: '两个人在 30 天内都联系过同一位客户时，会出现在这里。', rule: '裁定', look: '看两边经过', fold: '收起', elsewhere: '另一边在{{team}}', elsewhere_help: '看不到对方的客户资料；由能看到两边的上级裁定', other_team: '其他团队',
    since: '{{at}} 起', last: '最近联系 {{at}}', open_lead: '打开线索', claimed: '自报', continues: '谁继续跟进', share: '继续跟进者的分成（%）', bad_share: '写 0 到 100 的数，两人加起来要等于 100%', share_rest: '{{name}} 得 {{rest}}%', reason: '理由（双方都会看到）', do: '作出裁定', what_happens: '另一条线索转给继续跟进的人，分成和理由留在两条线索上', ruled: '已裁定，双方都收到了通知',
    event: { touch_response: '首次响应', touch_followup: '有效跟进', touch_note: '备注', lead_received: '收到线索', lead_created: '建立线索', lead_assigned: '分配', lead_returned: '退回公海' },
  },
}
