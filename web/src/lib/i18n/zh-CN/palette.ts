/** Palette, shortcuts and the frame's actions. */
export const palette = {
  share: { link_copied: '链接已复制，可以粘贴给同事', copied: '已复制', copy_refused: '浏览器不允许复制，请选中文字后手动复制' },
  palette: { recent: '最近打开', go: '前往', do: '操作', open: '打开搜索与命令', not_while_typing: '正在输入文字时，快捷键不起作用。' },
  action: { print: '打印本页', search: '搜索与命令', find: '在本列表中搜索', next: '下一行', previous: '上一行', theme: '切换深色与浅色', language: '切换语言：English', nav: '收起或展开导航', keys: '快捷键', edit: '编辑', refresh: '刷新' },
}
