export const errors = {
  errors: {
    join: '；', unexpected: '出了点问题，请再试一次', unknown_code: '没有成功（{{code}}）', who_can: '可以处理的人：{{who}}。', who: { owner: '负责人', manager: '上级', admin: '系统管理员', supervisor: '主管' }, not_money: '请写成金额，例如 150000 或 15万',
    longer_than: '最多 {{most}} 字，现在 {{count}} 字', network: '连不上服务器，请检查网络后再试', server_error: '服务器出错了，已记录，请稍后再试', http_0: '连不上服务器，请检查网络后再试', http_400: '内容有误，请检查后再试', http_401: '请先登录', http_403: '你没有这样做的权限', http_404: '没有找到，可能已被删除', http_409: '状态已经变化，请刷新后再试', http_412: '别人刚改过，请刷新后再试', http_413: '内容太大', http_422: '内容有误，请检查后再试', http_429: '操作太快，请稍后再试', http_503: '服务暂时不可用，请稍后再试',
    definition_syntax: '写法有误：{{detail}}', definition_not_a_document: '这里需要一份定义（键和值），不是单个值或列表',
  },
}
