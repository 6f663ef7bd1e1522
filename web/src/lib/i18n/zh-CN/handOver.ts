/** Words of handing over everything a person has. */
export const handOver = {
  hand_over: {
    menu: '全部转交给几个人…', title: '转交{{name}}手上的全部', holds: '{{name}}手上有：{{what}}。请选择由谁接手。', nothing: '{{name}}手上没有要转交的', choose_first: '请先选择由谁接手', many: '单类超过 {{most}} 条，这次只转交其中的 {{most}} 条，完成后再做一次。',
    way: '怎么分', ways: { even: '平均分', load: '在手少的多分' }, away: '请假', plan: '每个人接手多少', help: '同一客户的商机、联系人和任务跟着客户走，不会拆给两个人。', check: '检查', do: '转交 {{count}} 条', done: '{{name}}的 {{count}} 条已转交给 {{people}} 人',
  },
}
