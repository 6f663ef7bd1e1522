export const designer = {
  designer: {
    palette: '可放的字段', canvas: '表单版面', add: '放入{{name}}', all_placed: '所有字段都已放入', add_section: '添加分区', section_name: '分区名称', columns: '分区的列数', one_column: '一列', two_columns: '两列', remove_section: '移除分区{{name}}', empty_first: '请先把字段移走', no_fields: '这一部分还没有字段', drop_here: '把字段拖到这里，或点字段旁的 ＋',
    sometimes: '有条件显示', required_if: '有条件必填', closed: '只读', properties: '{{name}}的属性', help: '帮助文字', help_hint: '显示在输入框下方', width: '宽度', half: '一列', full: '整行', remove_field: '从表单移除', preview: '表单预览', preview_width: '预览宽度', phone: '手机 390', desk: '电脑 1440',
    rule: { visible_when: '何时显示', required_when: '何时必填', read_only: '何时只读' },
    visible_when: { always: '总是显示', when: '满足条件时显示' }, required_when: { never: '不必填', always: '总是必填', when: '满足条件时必填' }, read_only: { never: '可以修改', always: '总是只读', when: '满足条件时只读' },
  },
}
