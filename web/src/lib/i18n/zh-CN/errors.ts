export const errors = {
  errors: {
    join: '；', unexpected: '出了点问题，请再试一次', unknown_code: '没有成功（{{code}}）', who_can: '可以处理的人：{{who}}。', who: { owner: '负责人', manager: '上级', admin: '系统管理员', supervisor: '主管' }, not_money: '请写成金额，例如 150000 或 15万',
    network: '连不上服务器，请检查网络后再试', server_error: '服务器出错了，已记录，请稍后再试', http_0: '连不上服务器，请检查网络后再试', http_400: '内容有误，请检查后再试', http_401: '请先登录', http_403: '你没有这样做的权限', http_404: '没有找到，可能已被删除', http_409: '状态已经变化，请刷新后再试', http_412: '别人刚改过，请刷新后再试', http_413: '内容太大', http_422: '内容有误，请检查后再试', http_429: '操作太快，请稍后再试', http_503: '服务暂时不可用，请稍后再试',
    records_version_conflict: '别人刚改过这条记录', records_required: '必填', field_required: '必填', definition_syntax: '写法有误：{{detail}}', definition_not_a_document: '这里需要一份定义（键和值），不是单个值或列表',
    pool_day_limit: '今天的领取次数用完了（每天 {{limit}} 条）', pool_holding_limit: '你手上的线索已到上限（{{limit}} 条）', pool_cooling_down: '你是原负责人，冷却期内不能领取', pool_manager_only: '这个公海由经理指派，不能自己领取', pool_not_here: '这条线索已经不在公海里了',
    leads_closed: '这条线索已结束，不能再这样做', leads_already_theirs: '已经由他负责', leads_person_gone: '这位同事已离职', access_right_missing: '你的角色没有这项权限', access_denied: '你没有这样做的权限', session_none: '登录已过期，请重新登录', http_csrf: '页面已过期，请刷新后再试', http_rate_limited: '操作太快，请稍后再试', definitions_conflict: '别人已发布新版本，请刷新后再改', definitions_invalid: '定义有问题，请按提示修改', definitions_nothing_to_publish: '没有要发布的修改', merge_undone: '这次合并已经撤销过了', internal: '服务器出错了，已记录，请稍后再试', input_already_exists: '已经有相同的记录', records_invalid: '内容有误，请按提示修改', records_not_found: '没有找到，可能已被删除', clock_real: '真实时钟不能移动',
  },
}
